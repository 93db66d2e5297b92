with

deliveries as (
    select * from {{ source('raw', 'usage') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_usage as (
    select
        account_id,
        person_id,
        metric,
        value,
        source,
        row_hash,
        used_on,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_usage
