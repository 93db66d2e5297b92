{# Which delivery of a row counts. Belongs here: the order of versions. Does not: what a row means. #}

{% macro newest_version_first() -%}
{#- The newer updated_at of a key wins, ties by row hash, so that the order of deliveries never matters. -#}
row_number() over (
    partition by row_key
    order by updated_at desc nulls last, row_hash desc, loaded_at, file_sha256, source_row
)
{%- endmacro %}
