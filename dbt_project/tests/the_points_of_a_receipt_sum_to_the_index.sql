{{ config(meta={'dagster': {'ref': {'name': 'jsi_receipts'}}}) }}

with

receipts as (
    select
        account_id,
        week_on,
        50 + sum(points) as explained
    from {{ ref('jsi_receipts') }}
    group by account_id, week_on
),

latest as (
    select
        account_id,
        week_on,
        jsi
    from {{ ref('jsi_by_account_week') }}
    where week_on = (select max(weeks.week_on) from {{ ref('int_weeks__published') }} as weeks)
)

-- An account without a receipt fails as well.
select
    latest.account_id,
    latest.jsi,
    receipts.explained
from latest
left join receipts
    on
        latest.account_id = receipts.account_id
        and latest.week_on = receipts.week_on
where coalesce(abs(receipts.explained - latest.jsi) > 0.01, true)
