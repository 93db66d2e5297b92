with

deliveries as (
    {{ with_keys('accounts', accounts=['account_id', 'parent_account_id'], is_key=true) | indent(4) }}
),

rates as (
    select * from {{ ref('policy_fx_rates') }}
),

told_names as (
    select * from {{ ref('stg_words') }}
    where usage = 'account_name'
),

withheld as (
    select * from {{ ref('stg_words') }}
    where usage = 'withheld'
),

latest as (
    select
        *,
        coalesce(valid_from, updated_at, loaded_at) at time zone 'UTC' as said_at
    from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- An account that is deleted by now has no row in force, whatever its history.
deleted as (
    select * from {{ ref('stg_deleted_accounts') }}
),

-- Converted at the rate of the day from which the CRM says so.
priced as (
    select
        latest.*,
        rates.usd_per_unit
    from latest
    left join rates
        on {{ rate_of('latest', 'rates', 'latest.said_at') }}
),

stg_accounts as (
    select
        priced.account_id,
        priced.parent_account_id,
        coalesce(told_names.published_as, priced.account_name) as account_name,
        coalesce(withheld_segment.published_as, priced.segment) as segment,
        coalesce(withheld_region.published_as, priced.region) as region,
        coalesce(withheld_product_line.published_as, priced.product_line) as product_line,
        priced.arr_usd * priced.usd_per_unit as arr_usd,
        priced.arr_usd is not null and priced.usd_per_unit is null as has_no_rate,
        priced.source,
        priced.row_hash,
        priced.created_on,
        priced.valid_from at time zone 'UTC' as valid_from,
        priced.updated_at at time zone 'UTC' as updated_at,
        priced.loaded_at at time zone 'UTC' as loaded_at
    from priced
    left join deleted
        on priced.account_id = deleted.account_id
    left join told_names
        on priced.account_name = told_names.word
    left join withheld as withheld_segment
        on priced.segment = withheld_segment.word
    left join withheld as withheld_region
        on priced.region = withheld_region.word
    left join withheld as withheld_product_line
        on priced.product_line = withheld_product_line.word
    where not coalesce(priced.is_deleted, false) and deleted.account_id is null
)

select * from stg_accounts
