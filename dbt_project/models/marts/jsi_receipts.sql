with

touches as (
    select * from {{ ref('int_touches__decayed') }}
    where account_id is not null
),

account_weeks as (
    select * from {{ ref('int_account_weeks__indexed') }}
    where is_latest
),

touch_points as (
    select
        account_weeks.account_id,
        account_weeks.week_on,
        touches.touch_id,
        {{ published(
            '50 * account_weeks.evidence / (account_weeks.prior_mass + account_weeks.evidence)'
            ~ ' * touches.weight * touches.sentiment / account_weeks.w',
            6
        ) }} as points,
        touches.sentiment,
        {{ published('touches.weight', 9) }} as weight,
        {{ published('touches.weight / account_weeks.w', 9) }} as weight_share,
        touches.occurred_at,
        touches.channel,
        touches.feedback_kind,
        touches.person_id,
        touches.role,
        touches.stage,
        touches.sentiment_source,
        account_weeks.policy_version
    from touches
    inner join account_weeks
        on touches.account_id = account_weeks.account_id
    where account_weeks.w > 0
),

prior_points as (
    select
        account_id,
        week_on,
        'prior' as touch_id,
        {{ published(
            '50 * baseline_mean * coalesce(prior_mass / nullif(prior_mass + evidence, 0), 1)', 6
        ) }} as points,
        cast(null as integer) as sentiment,
        cast(null as double) as weight,
        cast(null as double) as weight_share,
        cast(null as timestamp) as occurred_at,
        cast(null as text) as channel,
        cast(null as text) as feedback_kind,
        cast(null as text) as person_id,
        cast(null as text) as role,
        cast(null as text) as stage,
        cast(null as text) as sentiment_source,
        policy_version
    from account_weeks
),

-- 50 and all points of an account are its index.
jsi_receipts as (
    select * from touch_points
    union all
    select * from prior_points
)

select * from jsi_receipts
