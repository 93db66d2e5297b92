with

account_weeks as (
    select * from {{ ref('int_account_weeks__indexed') }}
    where n_touches > 0
),

weeks as (
    select * from {{ ref('int_weeks__published') }}
),

-- How much heard accounts differ over the quarter that ends with the week.
int_account_spreads__measured as (
    select
        weeks.week_on,
        stddev_samp(account_weeks.jsi) as account_spread
    from weeks
    left join account_weeks
        on account_weeks.week_index between weeks.week_index - 12 and weeks.week_index
    group by weeks.week_on
)

select * from int_account_spreads__measured
