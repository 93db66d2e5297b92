with

deliveries as (
    {{ with_keys('service_levels', is_key=true) | indent(4) }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_service_levels as (
    select
        account_id,
        metric,
        target_minutes,
        source,
        row_hash,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_service_levels
