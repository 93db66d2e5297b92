with

deliveries as (
    select * from {{ source('raw', 'people') }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

refresh as (
    select as_of at time zone 'UTC' as as_of from {{ ref('stg_refresh') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- Without this list a deletion would look like an unknown id.
stg_deleted_people as (
    select person_keys.person_key as person_id
    from latest
    cross join refresh
    left join person_keys
        on latest.person_id = person_keys.person_id
    group by person_keys.person_key
    having {{ is_deleted_by('latest', 'refresh.as_of') }}
)

select * from stg_deleted_people
