{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'fct_touches'}}}) }}

-- An export that stopped looks like customers who fell silent.
with

refresh as (
    select * from {{ ref('stg_refresh') }}
),

rhythms as (
    select rhythms.*
    from {{ ref('policy_source_rhythms') }} as rhythms
    inner join refresh
        on {{ in_force('rhythms', 'refresh.as_of') }}
),

last_heard as (
    select
        touches.source,
        max(touches.occurred_at) as last_touch_at
    from {{ ref('fct_touches') }} as touches
    inner join refresh
        on touches.occurred_at <= refresh.as_of
    group by touches.source
)

select
    last_heard.source,
    last_heard.last_touch_at,
    coalesce(own_rhythm.max_days, any_rhythm.max_days) as max_days
from last_heard
cross join refresh
left join rhythms as own_rhythm
    on last_heard.source = own_rhythm.source
left join rhythms as any_rhythm
    on any_rhythm.source = 'any'
where
    {{ days_between('last_heard.last_touch_at', 'refresh.as_of') }}
    > coalesce(own_rhythm.max_days, any_rhythm.max_days)
