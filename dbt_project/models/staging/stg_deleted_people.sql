with

deliveries as (
    select * from {{ source('raw', 'people') }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- Deleted: no row of the history is left. Without this list a deletion would look like an unknown id,
-- and a merge that the vendor writes on the deleted row would be lost.
stg_deleted_people as (
    select
        person_keys.person_key as person_id,
        max(survivors.person_key) as merged_into
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    left join person_keys as survivors
        on latest.merged_into = survivors.person_id
    group by person_keys.person_key
    having bool_and(coalesce(latest.is_deleted, false))
)

select * from stg_deleted_people
