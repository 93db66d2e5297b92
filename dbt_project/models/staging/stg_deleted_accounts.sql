with

deliveries as (
    select * from {{ source('raw', 'accounts') }}
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
        latest.account_id,
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
stg_deleted_accounts as (
    select
        account_id,
        max(merged_into) as merged_into
    from dated
    group by account_id
    having
        bool_and(is_gone)
        or max(gone_at) >= coalesce(max(begun_at), max(gone_at))
)

select * from stg_deleted_accounts
