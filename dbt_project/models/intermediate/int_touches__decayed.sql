with

touches as (
    select * from {{ ref('int_touches__weighted') }}
    where sentiment is not null
),

latest_week as (
    select * from {{ ref('int_weeks__published') }}
    where is_latest
),

aged as (
    select
        touches.touch_id,
        touches.account_id,
        touches.person_id,
        touches.role,
        touches.stage,
        touches.channel,
        touches.feedback_kind,
        touches.root_cause,
        touches.sentiment,
        touches.sentiment_source,
        touches.occurred_at,
        latest_week.week_on,
        {{ days_between('touches.occurred_at', 'cast(latest_week.week_on as timestamp)') }} as age_days,
        touches.half_life_days,
        touches.weight_fresh * touches.episode_share as v
    from touches
    inner join latest_week
        on touches.week_on <= latest_week.week_on
),

int_touches__decayed as (
    select
        *,
        v * {{ decay('age_days', 'half_life_days') }} as weight
    from aged
)

select * from int_touches__decayed
