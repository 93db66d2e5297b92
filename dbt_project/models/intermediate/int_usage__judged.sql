with

usage as (
    select * from {{ ref('stg_usage') }}
),

merged_accounts as (
    select * from {{ ref('int_accounts__merged') }}
),

metrics as (
    select * from {{ ref('policy_usage_metrics') }}
),

rules as (
    select * from {{ ref('policy_behaviour_rules') }}
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

daily as (
    select
        usage.metric,
        usage.used_on,
        usage.value,
        usage.source,
        usage.loaded_at,
        coalesce(merged_accounts.account_id, usage.account_id) as account_id,
        {{ week_on('usage.used_on') }} as week_on
    from usage
    left join merged_accounts
        on usage.account_id = merged_accounts.given_account_id
),

-- Only whole weeks are judged: half a week looks like a fall.
weekly as (
    select
        daily.account_id,
        daily.metric,
        daily.week_on,
        {{ week_index('daily.week_on') }} as week_index,
        sum(daily.value) as value,
        min(daily.source) as source,
        max(daily.loaded_at) as loaded_at,
        cast(daily.week_on as timestamp) - interval 1 second as occurred_at
    from daily
    cross join refresh
    where daily.week_on <= refresh.as_of
    group by daily.account_id, daily.metric, daily.week_on
),

directed as (
    select
        weekly.*,
        rules.rule_id,
        rules.history_weeks,
        rules.min_history_weeks,
        rules.bad_at_or_below,
        rules.good_at_or_above,
        case when metrics.metric is null then other.higher_is_better else metrics.higher_is_better end
            as higher_is_better
    from weekly
    inner join rules
        on
            rules.signal = 'usage'
            and {{ in_force('rules', 'weekly.occurred_at') }}
    left join metrics
        on
            weekly.metric = metrics.metric
            and {{ in_force('metrics', 'weekly.occurred_at') }}
    left join metrics as other
        on
            other.metric = 'any'
            and {{ in_force('other', 'weekly.occurred_at') }}
),

-- A week without a row is silence, which is an alert and not a touch: it counts neither way.
compared as (
    select
        directed.account_id,
        directed.metric,
        directed.week_on,
        directed.occurred_at,
        directed.source,
        directed.loaded_at,
        directed.rule_id,
        directed.higher_is_better,
        directed.bad_at_or_below,
        directed.good_at_or_above,
        directed.value,
        avg(earlier.value) as usual_value
    from directed
    inner join weekly as earlier
        on
            directed.account_id = earlier.account_id
            and directed.metric = earlier.metric
            and earlier.week_index >= directed.week_index - directed.history_weeks
            and directed.week_index > earlier.week_index
    where directed.higher_is_better is not null
    group by all
    having count(*) >= any_value(directed.min_history_weeks)
),

failed_payments as (
    select
        daily.account_id,
        daily.metric,
        daily.used_on,
        rules.rule_id,
        min(daily.source) as source,
        max(daily.loaded_at) as loaded_at,
        cast(daily.used_on as timestamp) as occurred_at
    from daily
    inner join rules
        on
            rules.signal = 'failed_payment'
            and daily.metric = rules.metric
            and {{ in_force('rules', 'daily.used_on') }}
    where daily.value > 0
    group by daily.account_id, daily.metric, daily.used_on, rules.rule_id
),

-- Nothing used now and nothing before is silence too.
int_usage__judged as (
    select
        'u:' || account_id || ':' || metric || ':' || week_on as touch_id,
        'usage:' || account_id || ':' || metric || ':' || week_on as episode_id,
        account_id,
        metric,
        rule_id,
        source,
        case
            when value <= bad_at_or_below * usual_value then if(higher_is_better, 'bad', 'good')
            when value >= good_at_or_above * usual_value then if(higher_is_better, 'good', 'bad')
            else 'steady'
        end as verdict,
        occurred_at,
        loaded_at
    from compared
    where value != 0 or usual_value != 0

    union all

    select
        'u:' || account_id || ':' || metric || ':' || used_on as touch_id,
        'usage:' || account_id || ':' || metric || ':' || used_on as episode_id,
        account_id,
        metric,
        rule_id,
        source,
        'bad' as verdict,
        occurred_at,
        loaded_at
    from failed_payments
)

select * from int_usage__judged
