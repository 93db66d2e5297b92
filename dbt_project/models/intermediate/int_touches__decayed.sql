with

touches as (
    select * from {{ ref('int_touches__weighted') }}
    where sentiment is not null
),

latest_week as (
    select * from {{ ref('int_weeks__published') }}
    where is_latest
),

-- What each touch still weighs in the latest published week.
int_touches__decayed as (
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
        touches.weight_fresh * touches.episode_share
        * {{ decay(days_between('touches.occurred_at', 'cast(latest_week.week_on as timestamp)'), 'touches.half_life_days') }} as weight
    from touches
    inner join latest_week
        on touches.week_on <= latest_week.week_on
)

select * from int_touches__decayed
