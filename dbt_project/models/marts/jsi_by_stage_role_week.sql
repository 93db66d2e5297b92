with

cells as (
    select * from {{ ref('fct_jsi_cells') }}
),

indexed as (
    {{ jsi_index(keys=['stage', 'role'], cells='cells', is_group=true) | indent(4) }}
),

jsi_by_stage_role_week as (
    {{ jsi_published(keys=['stage', 'role'], indexed='indexed', is_group=true) | indent(4) }}
)

select * from jsi_by_stage_role_week
