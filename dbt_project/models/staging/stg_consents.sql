with

deliveries as (
    select * from {{ source('raw', 'consents') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_consents as (
    select
        person_id,
        purpose,
        state,
        source,
        row_hash,
        recorded_at at time zone 'UTC' as recorded_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_consents
