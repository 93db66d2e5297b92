{{ config(meta={'dagster': {'ref': {'name': 'jsi_by_stage_role_week'}}}) }}

-- Touches with known sentiment up to the latest published week, counted in the fact and in four roll-ups.
with

latest_week as (
    select max(week_on) as week_on
    from {{ ref('int_weeks__published') }}
),

heard as (
    select touches.*
    from {{ ref('fct_touches') }} as touches
    inner join latest_week
        on touches.occurred_at < latest_week.week_on
    where touches.sentiment is not null
),

counted as (
    select
        (select count(*) from heard) as n_fact,
        (select count(account_id) from heard) as n_linked,
        (select count(person_id) from heard) as n_named,
        (
            select coalesce(sum(roll_up.n_touches), 0)
            from {{ ref('jsi_by_stage_role_week') }} as roll_up
            inner join latest_week using (week_on)
        ) as n_stage_role,
        (
            select coalesce(sum(roll_up.n_touches), 0)
            from {{ ref('jsi_by_segment_week') }} as roll_up
            inner join latest_week using (week_on)
        ) as n_segment,
        (
            select coalesce(sum(roll_up.n_touches), 0)
            from {{ ref('jsi_by_account_week') }} as roll_up
            inner join latest_week using (week_on)
        ) as n_account,
        (
            select coalesce(sum(roll_up.n_touches), 0)
            from {{ ref('jsi_by_person_week') }} as roll_up
            inner join latest_week using (week_on)
        ) as n_person
)

-- Five dimensions, each of which holds every touch once.
select *
from counted
where n_stage_role != n_fact or n_segment != 5 * n_fact or n_account != n_linked or n_person != n_named
