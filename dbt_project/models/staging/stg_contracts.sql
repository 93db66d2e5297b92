with

deliveries as (
    select * from {{ source('raw', 'contracts') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_contracts as (
    select
        contract_id,
        account_id,
        outcome,
        arr_usd,
        outcome_arr_usd,
        source,
        row_hash,
        starts_on,
        renews_on,
        outcome_on,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_contracts
