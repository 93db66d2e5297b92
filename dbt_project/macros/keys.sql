-- noqa: disable=layout.indent
{#
What accounts and records are called beyond raw. Belongs here: putting the keyed hash in the place of an id that tells a
person. Does not: which ids do (storage/account_keys.py, storage/record_keys.py), ids of people (stg_person_keys), names
of accounts (stg_words), which accounts are one.
#}

{#
The rows of a raw table with its ids of accounts and records as they are published. Where rows are told apart by their
account (is_key), two spellings of one address are one account's, and the newer row counts.
#}
{% macro with_keys(table, accounts=['account_id'], records=[], is_key=false) -%}
select
    deliveries.* replace (
        {%- for column in accounts %}
        coalesce({{ column }}_keys.account_key, deliveries.{{ column }}) as {{ column }}
        {{- ',' if records or is_key or not loop.last }}
        {%- endfor %}
        {%- for column in records %}
        coalesce({{ column }}_keys.record_key, deliveries.{{ column }}) as {{ column }}
        {{- ',' if is_key or not loop.last }}
        {%- endfor %}
        {%- if is_key %}
        case
            when account_id_keys.account_key is null then deliveries.row_key
            else account_id_keys.account_key || substr(deliveries.row_key, length(deliveries.account_id) + 1)
        end as row_key
        {%- endif %}
    )
from {{ source('raw', table) }} as deliveries
{%- for column in accounts %}
left join {{ source('raw', 'account_keys') }} as {{ column }}_keys
    on deliveries.{{ column }} = {{ column }}_keys.account_id
{%- endfor %}
{%- for column in records %}
left join {{ source('raw', 'record_keys') }} as {{ column }}_keys
    on deliveries.{{ column }} = {{ column }}_keys.record_id
{%- endfor %}
{%- endmacro %}
