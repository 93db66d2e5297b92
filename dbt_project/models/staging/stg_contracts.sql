with

deliveries as (
    {{ with_keys('contracts', records=['contract_id']) | indent(4) }}
),

rates as (
    select * from {{ ref('policy_fx_rates') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- Converted at the rate of the day on which the contract starts.
priced as (
    select
        latest.*,
        rates.usd_per_unit
    from latest
    left join rates
        on {{ rate_of('latest', 'rates', 'latest.starts_on') }}
),

stg_contracts as (
    select
        contract_id,
        account_id,
        outcome,
        arr_usd * usd_per_unit as arr_usd,
        outcome_arr_usd * usd_per_unit as outcome_arr_usd,
        arr_usd is not null and usd_per_unit is null as has_no_rate,
        source,
        row_hash,
        starts_on,
        renews_on,
        outcome_on,
        loaded_at at time zone 'UTC' as loaded_at
    from priced
    where not coalesce(is_deleted, false)
)

select * from stg_contracts
