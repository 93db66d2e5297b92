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

dated as (
    select
        latest.person_id,
        latest.merged_into,
        coalesce(latest.is_deleted, false) as is_gone,
        case
            when latest.is_deleted and latest.valid_from is null and latest.updated_at <= refresh.as_of
                then latest.updated_at
        end as gone_at,
        case
            when not coalesce(latest.is_deleted, false) and latest.valid_from <= refresh.as_of
                then latest.valid_from
        end as begun_at
    from latest
    cross join refresh
),

-- Deleted: no row of the history is left; or a deleted row without valid_from says when the record itself
-- went, and no row has begun since. Without this list a deletion would look like an unknown id, and a merge
-- that the vendor writes on the deleted row would be lost.
stg_deleted_people as (
    select
        person_keys.person_key as person_id,
        max(survivors.person_key) as merged_into
    from dated
    left join person_keys
        on dated.person_id = person_keys.person_id
    left join person_keys as survivors
        on dated.merged_into = survivors.person_id
    group by person_keys.person_key
    having
        bool_and(dated.is_gone)
        or max(dated.gone_at) >= coalesce(max(dated.begun_at), max(dated.gone_at))
)

select * from stg_deleted_people
