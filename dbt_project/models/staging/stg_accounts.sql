with

deliveries as (
    select * from {{ source('raw', 'accounts') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_accounts as (
    select
        account_id,
        parent_account_id,
        merged_into,
        account_name,
        segment,
        region,
        product_line,
        arr_usd,
        source,
        row_hash,
        created_on,
        valid_from at time zone 'UTC' as valid_from,
        updated_at at time zone 'UTC' as updated_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_accounts
