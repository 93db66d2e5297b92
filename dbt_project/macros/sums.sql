{#
Sums that do not depend on the order of their rows. Belongs here: exact addition. Does not: what is added.
#}

{% macro exact_sum(value) -%}
{#- Doubles added in another order (by other threads) differ in the last digit; decimals do not. -#}
cast(coalesce(sum(cast({{ value }} as decimal(38, 18))), 0) as double)
{%- endmacro %}
