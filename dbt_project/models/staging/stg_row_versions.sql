{% set raw_tables = [
    'accounts', 'people', 'stage_history', 'contracts', 'invitations', 'survey_responses', 'tickets',
    'messages', 'speakers', 'usage', 'service_levels', 'consents', 'events_calendar', 'actions', 'labels'
] %}

with

-- Deleted and derived rows too: this model counts, the other staging models pass on.
versions as (
    {% for raw_table in raw_tables %}
    select
        '{{ raw_table }}' as table_name,
        source,
        source_file,
        file_sha256,
        source_row,
        is_derived,
        coalesce(is_deleted, false) as is_deleted,
        {{ newest_version_first() }} = 1 as is_newest
    from {{ source('raw', raw_table) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

stg_row_versions as (
    select * from versions
)

select * from stg_row_versions
