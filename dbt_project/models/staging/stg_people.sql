with

deliveries as (
    {{ with_keys('people') | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- A person who is deleted by now has no row in force, whatever their history.
deleted as (
    select * from {{ ref('stg_deleted_people') }}
),

stg_people as (
    select
        person_keys.person_key as person_id,
        latest.account_id,
        latest.role,
        latest.source,
        latest.row_hash,
        latest.valid_from at time zone 'UTC' as valid_from,
        latest.updated_at at time zone 'UTC' as updated_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    left join deleted
        on person_keys.person_key = deleted.person_id
    where not coalesce(latest.is_deleted, false) and deleted.person_id is null
)

select * from stg_people
