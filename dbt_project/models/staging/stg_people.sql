with

deliveries as (
    select * from {{ source('raw', 'people') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_people as (
    select
        person_id,
        account_id,
        merged_into,
        role,
        source,
        row_hash,
        valid_from at time zone 'UTC' as valid_from,
        updated_at at time zone 'UTC' as updated_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_people
