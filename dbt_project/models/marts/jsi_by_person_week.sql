with

cells as (
    select * from {{ ref('fct_jsi_cells') }}
    where person_id is not null
),

indexed as (
    {{ jsi_index(keys=['person_id'], cells='cells') | indent(4) }}
),

jsi_by_person_week as (
    {{ jsi_published(keys=['person_id'], indexed='indexed') | indent(4) }}
)

select * from jsi_by_person_week
