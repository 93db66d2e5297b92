{# Which delivery of a row counts. Belongs here: the order of versions. Does not: what a row means. #}

{% macro newest_version_first() -%}
{#- The newer updated_at of a key wins, ties by row hash, so that the order of deliveries never matters. -#}
row_number() over (
    partition by row_key
    order by updated_at desc nulls last, row_hash desc, loaded_at, file_sha256, source_row
)
{%- endmacro %}

{% macro is_deleted_by(rows, moment) -%}
{#-
Whether the record that a group of newest versions is of is gone at a moment: no row of its history is left; or a
deleted row without valid_from says when the record itself went, and no row has begun since.
-#}
bool_and(coalesce({{ rows }}.is_deleted, false))
or max(
    case
        when {{ rows }}.is_deleted and {{ rows }}.valid_from is null and {{ rows }}.updated_at <= {{ moment }}
            then {{ rows }}.updated_at
    end
) >= coalesce(
    max(
        case
            when not coalesce({{ rows }}.is_deleted, false) and {{ rows }}.valid_from <= {{ moment }}
                then {{ rows }}.valid_from
        end
    ),
    timestamptz '1900-01-01'
)
{%- endmacro %}
