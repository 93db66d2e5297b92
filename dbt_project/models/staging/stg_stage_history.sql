with

deliveries as (
    {{ with_keys('stage_history', is_key=true) | indent(4) }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_stage_history as (
    select
        account_id,
        stage,
        source,
        row_hash,
        entered_at at time zone 'UTC' as entered_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_stage_history
