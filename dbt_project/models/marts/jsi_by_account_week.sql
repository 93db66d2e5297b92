with

indexed as (
    select * from {{ ref('int_account_weeks__indexed') }}
),

jsi_by_account_week as (
    {{ jsi_published(keys=['account_id'], indexed='indexed') | indent(4) }}
)

select * from jsi_by_account_week
