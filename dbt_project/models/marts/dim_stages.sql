with

stages as (
    select * from {{ ref('policy_stages') }}
),

thresholds as (
    select * from {{ ref('policy_stage_thresholds') }}
),

latest_week as (
    select * from {{ ref('int_weeks__published') }}
    where is_latest
),

-- As the policy stands in the latest published week.
dim_stages as (
    select
        stages.stage,
        stages.stage_order,
        thresholds.threshold,
        stages.silent_after_days,
        latest_week.policy_version
    from latest_week
    inner join stages
        on {{ in_force('stages', 'latest_week.week_on') }}
    left join thresholds
        on
            stages.stage = thresholds.stage
            and {{ in_force('thresholds', 'latest_week.week_on') }}
)

select * from dim_stages
