{# Weeks and validity. Belongs here: calendar arithmetic in UTC. Does not: weights. #}

{% macro week_on(moment) -%}
{#- The Monday after the week of a moment: the first instant at which that week is finished. -#}
cast(date_trunc('week', {{ moment }}) as date) + 7
{%- endmacro %}

{% macro week_index(monday) -%}
{#- Mondays counted from Monday 1970-01-05, so that weeks can be subtracted. -#}
datediff('day', date '1970-01-05', {{ monday }}) // 7
{%- endmacro %}

{% macro days_between(earlier, later) -%}
{#- Exact to the microsecond, as a fraction of days. -#}
(epoch_us({{ later }}) - epoch_us({{ earlier }})) / 86400e6
{%- endmacro %}

{% macro in_force(policy, moment) -%}
{#- Whether a dated row holds at a moment; an open end holds on. Plain comparisons keep joins hashed. -#}
{{ moment }} >= {{ policy }}.valid_from
            and {{ moment }} < coalesce({{ policy }}.valid_to, date '9999-12-31')
{%- endmacro %}
