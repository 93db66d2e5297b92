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

people as (
    select * from {{ ref('stg_person_keys') }}
),

person_histories as (
    select * from {{ ref('int_person_histories__dated') }}
),

-- A row that names only a person is of that person's account on the day.
located as (
    select
        usage.metric,
        usage.used_on,
        usage.value,
        usage.source,
        usage.loaded_at,
        coalesce(usage.account_id, own.account_id, people.account_id) as given_account_id,
        case
            when coalesce(usage.account_id, own.account_id) is not null then 'id'
            else coalesce(people.matched_by, 'none')
        end as found_by,
        usage.person_id
    from usage
    left join people
        on
            usage.person_id = people.person_id
            and usage.account_id is null
    left join person_histories as own
        on
            usage.person_id = own.person_id
            and usage.account_id is null
            and {{ in_force('own', 'usage.used_on') }}
),

daily as (
    select
        located.metric,
        located.used_on,
        located.value,
        located.source,
        located.loaded_at,
        coalesce(merged_accounts.account_id, located.given_account_id) as account_id,
        case when located.given_account_id is null then located.person_id end as person_id,
        -- Of whom the use is: an account, or a person who leads to none.
        coalesce(merged_accounts.account_id, located.given_account_id, 'person:' || located.person_id)
            as subject,
        located.found_by,
        {{ week_on('located.used_on') }} as week_on
    from located
    left join merged_accounts
        on located.given_account_id = merged_accounts.given_account_id
),

-- Only whole weeks are judged: half a week looks like a fall.
weekly as (
    select
        daily.subject,
        daily.metric,
        daily.week_on,
        {{ week_index('daily.week_on') }} as week_index,
        sum(daily.value) as value,
        min(daily.account_id) as account_id,
        min(daily.person_id) as person_id,
        bool_or(daily.found_by = 'domain') as is_by_domain,
        bool_or(daily.found_by = 'email') as is_by_email,
        bool_or(daily.found_by = 'merge') as is_by_merge,
        min(daily.source) as source,
        max(daily.loaded_at) as loaded_at,
        cast(daily.week_on as timestamp) - interval 1 second as occurred_at
    from daily
    cross join refresh
    where daily.week_on <= refresh.as_of
    group by daily.subject, daily.metric, daily.week_on
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
        directed.subject,
        directed.account_id,
        directed.person_id,
        directed.is_by_domain,
        directed.is_by_email,
        directed.is_by_merge,
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
            directed.subject = earlier.subject
            and directed.metric = earlier.metric
            and earlier.week_index >= directed.week_index - directed.history_weeks
            and directed.week_index > earlier.week_index
    where directed.higher_is_better is not null
    group by all
    having count(*) >= any_value(directed.min_history_weeks)
),

failed_payments as (
    select
        daily.subject,
        daily.metric,
        daily.used_on,
        rules.rule_id,
        min(daily.account_id) as account_id,
        min(daily.person_id) as person_id,
        bool_or(daily.found_by = 'domain') as is_by_domain,
        bool_or(daily.found_by = 'email') as is_by_email,
        bool_or(daily.found_by = 'merge') as is_by_merge,
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
    group by daily.subject, daily.metric, daily.used_on, rules.rule_id
),

verdicts as (
    select
        * exclude (used_on),
        cast(used_on as text) as period,
        'bad' as verdict
    from failed_payments

    union all by name

    -- Nothing used now and nothing before is silence too.
    select
        * exclude (week_on, higher_is_better, bad_at_or_below, good_at_or_above, value, usual_value),
        cast(week_on as text) as period,
        case
            when value <= bad_at_or_below * usual_value then if(higher_is_better, 'bad', 'good')
            when value >= good_at_or_above * usual_value then if(higher_is_better, 'good', 'bad')
            else 'steady'
        end as verdict
    from compared
    where value != 0 or usual_value != 0
),

int_usage__judged as (
    select
        'u:' || subject || ':' || metric || ':' || period as touch_id,
        'usage:' || subject || ':' || metric || ':' || period as episode_id,
        account_id,
        person_id,
        case
            when account_id is null then 'none'
            when is_by_domain then 'domain'
            when is_by_email then 'email'
            when is_by_merge then 'merge'
            else 'id'
        end as matched_by,
        metric,
        rule_id,
        source,
        verdict,
        occurred_at,
        loaded_at
    from verdicts
)

select * from int_usage__judged
