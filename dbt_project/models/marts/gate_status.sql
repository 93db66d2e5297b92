with

accounts as (
    select * from {{ ref('dim_accounts') }}
),

account_weeks as (
    select * from {{ ref('int_account_weeks__indexed') }}
    where is_latest
),

stages as (
    select * from {{ ref('dim_stages') }}
),

measured as (
    select
        accounts.account_id,
        accounts.account_name,
        account_weeks.week_on,
        accounts.stage,
        stages.threshold,
        {{ published('account_weeks.jsi', 4) }} as jsi,
        {{ published('account_weeks.jsi_low', 4) }} as jsi_low,
        {{ published('account_weeks.jsi_high', 4) }} as jsi_high,
        {{ published('account_weeks.evidence', 4) }} as evidence,
        account_weeks.evidence_level,
        account_weeks.is_stale,
        accounts.renews_on,
        accounts.arr_usd,
        account_weeks.policy_version
    from accounts
    inner join account_weeks
        on accounts.account_id = account_weeks.account_id
    left join stages
        on accounts.stage = stages.stage
),

judged as (
    select
        *,
        case
            when threshold is null then 'no_threshold'
            when evidence_level = 'insufficient' then 'too_little_evidence'
            when is_stale then 'stale_evidence'
            when evidence_level = 'thin' and threshold between jsi_low and jsi_high
                then 'threshold_inside_interval'
            when jsi >= threshold then 'at_or_above_threshold'
            else 'below_threshold'
        end as reason
    from measured
),

-- Leaving a stage needs the index at or above its threshold, and enough fresh evidence to say so.
gate_status as (
    select
        account_id,
        account_name,
        week_on,
        stage,
        threshold,
        jsi,
        jsi_low,
        jsi_high,
        evidence,
        evidence_level,
        is_stale,
        case reason
            when 'at_or_above_threshold' then 'pass'
            when 'below_threshold' then 'hold'
            else 'insufficient'
        end as gate,
        'gate/' || stage as rule_id,
        reason,
        renews_on,
        arr_usd,
        policy_version
    from judged
)

select * from gate_status
