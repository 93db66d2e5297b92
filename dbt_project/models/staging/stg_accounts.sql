with

deliveries as (
    select * from {{ source('raw', 'accounts') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- An account that is deleted by now has no row in force, whatever its history.
deleted as (
    select * from {{ ref('stg_deleted_accounts') }}
),

stg_accounts as (
    select
        latest.account_id,
        latest.parent_account_id,
        latest.merged_into,
        latest.account_name,
        latest.segment,
        latest.region,
        latest.product_line,
        latest.arr_usd,
        latest.source,
        latest.row_hash,
        latest.created_on,
        latest.valid_from at time zone 'UTC' as valid_from,
        latest.updated_at at time zone 'UTC' as updated_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join deleted
        on latest.account_id = deleted.account_id
    where not coalesce(latest.is_deleted, false) and deleted.account_id is null
)

select * from stg_accounts
