{# Money. Belongs here: which rate holds for an amount. Does not: the rates (policy_fx_rates). #}

{% macro rate_of(amount, rates, moment) -%}
{#- Whether a dated rate is that of an amount's currency; an amount that names none is in US dollars. -#}
upper(trim(coalesce({{ amount }}.currency, 'USD'))) = {{ rates }}.currency
            and {{ in_force(rates, moment) }}
{%- endmacro %}
