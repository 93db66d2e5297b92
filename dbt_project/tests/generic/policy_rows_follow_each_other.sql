{#
The dated rows of each key follow each other without overlap and without a gap.
is_always_needed: the first row holds since ever (1900-01-01) and the last one has no end, because without a value
in force a touch would weigh nothing.
#}
{% test policy_rows_follow_each_other(model, keys, is_always_needed=true) %}
{%- set by_key = keys | join(', ') or "'all'" -%}
with

followed as (
    select
        *,
        lead(valid_from) over (partition by {{ by_key }} order by valid_from) as next_valid_from,
        row_number() over (partition by {{ by_key }} order by valid_from) as place
    from {{ model }}
)

select *
from followed
where
    valid_to <= valid_from
    or (next_valid_from is not null and valid_to is distinct from next_valid_from)
    {% if is_always_needed %}
    or (next_valid_from is null and valid_to is not null)
    or (place = 1 and valid_from > date '1900-01-01')
    {% endif %}
{% endtest %}
