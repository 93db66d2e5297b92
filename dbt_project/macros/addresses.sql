{# What names of files tell. Belongs here: hiding addresses. Does not: texts, which are redacted before. #}

{% macro without_addresses(column) -%}
regexp_replace({{ column }}, '[^\s/:;,<>()"]+@[^\s/:;,<>()"]+', '[email]', 'g')
{%- endmacro %}
