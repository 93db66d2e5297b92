{{ config(meta={'dagster': {'ref': {'name': 'jsi_by_account_week'}}}) }}

with

expected as (
    select
        accounts.account_id,
        weeks.week_on
    from {{ ref('dim_accounts') }} as accounts
    cross join {{ ref('int_weeks__published') }} as weeks
)

select
    expected.account_id,
    expected.week_on
from expected
full join {{ ref('jsi_by_account_week') }} as published
    on
        expected.account_id = published.account_id
        and expected.week_on = published.week_on
where expected.account_id is null or published.account_id is null
