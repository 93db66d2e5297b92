with

touches as (
    select * from {{ ref('fct_touches') }}
    where coalesce(null_reason, 'heard') != 'author'
),

stages as (
    select * from {{ ref('dim_stages') }}
),

rhythms as (
    select * from {{ ref('policy_source_rhythms') }}
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

heard as (
    select
        touches.stage,
        touches.source,
        list_sort(list_distinct(list(touches.channel))) as channels,
        count(touches.sentiment) as n_touches,
        count(distinct case when touches.sentiment is not null then touches.person_id end) as n_people,
        count(case when touches.sentiment is not null and touches.feedback_kind = 'solicited' then 1 end)
            as n_solicited,
        count(case when touches.sentiment is not null and touches.feedback_kind = 'unsolicited' then 1 end)
            as n_unsolicited,
        count(case when touches.sentiment is not null and touches.feedback_kind = 'inferred' then 1 end)
            as n_inferred,
        count(*) - count(touches.sentiment) as n_not_heard,
        max(case when touches.sentiment is not null then touches.occurred_at end) as last_touch_at
    from touches
    inner join refresh
        on touches.occurred_at <= refresh.as_of
    group by touches.stage, touches.source
),

sources as (
    select distinct source from heard
),

-- Every source at every stage, so that a stage at which nobody listens is seen; 'unknown' only where heard.
grid as (
    select
        stages.stage,
        stages.stage_order,
        stages.silent_after_days,
        stages.policy_version,
        sources.source,
        refresh.as_of
    from stages
    cross join refresh
    left join sources on true
    where stages.silent_after_days is not null or stages.stage in (select heard.stage from heard)
),

posts as (
    select
        grid.stage,
        grid.stage_order,
        grid.source,
        coalesce(heard.channels, cast([] as varchar[])) as channels,
        coalesce(heard.n_touches, 0) as n_touches,
        coalesce(heard.n_people, 0) as n_people,
        coalesce(heard.n_solicited, 0) as n_solicited,
        coalesce(heard.n_unsolicited, 0) as n_unsolicited,
        coalesce(heard.n_inferred, 0) as n_inferred,
        coalesce(heard.n_not_heard, 0) as n_not_heard,
        heard.last_touch_at,
        floor({{ days_between('heard.last_touch_at', 'grid.as_of') }}) as days_silent,
        coalesce(own_rhythm.rhythm, any_rhythm.rhythm) as rhythm,
        coalesce(own_rhythm.max_days, any_rhythm.max_days) as max_days,
        max(heard.last_touch_at) over (partition by grid.stage) as stage_last_touch_at,
        grid.silent_after_days as stage_silent_after_days,
        grid.as_of,
        grid.policy_version
    from grid
    left join heard
        on
            grid.stage = heard.stage
            and grid.source = heard.source
    left join rhythms as own_rhythm
        on
            grid.source = own_rhythm.source
            and {{ in_force('own_rhythm', 'grid.as_of') }}
    left join rhythms as any_rhythm
        on
            any_rhythm.source = 'any'
            and {{ in_force('any_rhythm', 'grid.as_of') }}
),

-- What was never heard is silent too: the number of touches tells the two apart.
listening_posts as (
    select
        stage,
        stage_order,
        source,
        channels,
        n_touches,
        n_people,
        n_solicited,
        n_unsolicited,
        n_inferred,
        n_not_heard,
        last_touch_at,
        cast(days_silent as bigint) as days_silent,
        rhythm,
        max_days,
        coalesce(days_silent > max_days, true) as is_silent,
        stage_last_touch_at,
        stage_silent_after_days,
        coalesce(
            floor({{ days_between('stage_last_touch_at', 'as_of') }}) > stage_silent_after_days,
            stage_silent_after_days is not null
        ) as is_stage_silent,
        as_of,
        policy_version
    from posts
)

select * from listening_posts
