{#
Numbers that do not depend on the order of their rows: doubles added in another order (by other threads) differ in
the last digit. Belongs here: exact addition, rounding for publication. Does not: what is added or published.
#}

{#- Decimals add up exactly; for values between 1e-18 and 1e20. -#}
{% macro exact_sum(value) -%}
cast(coalesce(sum(cast({{ value }} as decimal(38, 18))), 0) as double)
{%- endmacro %}

{#- Rounded twice: at an edge (62.50005) the last digits of a double must not decide. -#}
{% macro published(value, digits) -%}
round(round({{ value }}, {{ digits + 5 }}), {{ digits }})
{%- endmacro %}
