with

touches as (
    select * from {{ ref('int_touches__weighted') }}
    where sentiment is not null
),

policy_versions as (
    select * from {{ ref('int_policy_versions__dated') }}
),

decayed as (
    select
        *,
        weight_fresh * episode_share as v,
        weight_fresh * episode_share
        * {{ decay(days_between('occurred_at', 'cast(week_on as timestamp)'), 'half_life_days') }} as w
    from touches
),

cells as (
    select
        account_id,
        person_id,
        role,
        stage,
        channel,
        feedback_kind,
        segment,
        region,
        product_line,
        half_life_days,
        week_on,
        sum(w) as w,
        coalesce(sum(w) filter (where sentiment = -1), 0) as w_negative,
        coalesce(sum(w) filter (where sentiment = 0), 0) as w_neutral,
        coalesce(sum(w) filter (where sentiment = 1), 0) as w_positive,
        sum(w * w) as w_squared,
        sum(v) as v,
        coalesce(sum(v) filter (where sentiment = -1), 0) as v_negative,
        coalesce(sum(v) filter (where sentiment = 0), 0) as v_neutral,
        coalesce(sum(v) filter (where sentiment = 1), 0) as v_positive,
        sum(v * v) as v_squared,
        count(*) as n_touches,
        max(occurred_at) as last_touch_at
    from decayed
    group by all
),

-- Sums of one finest group and one week, decayed to the week's end. Weeks that are not over yet are here too;
-- the published weeks decide what is looked at.
fct_jsi_cells as (
    select
        cells.*,
        policy_versions.policy_version
    from cells
    left join policy_versions
        on {{ in_force('policy_versions', 'cells.week_on') }}
)

select * from fct_jsi_cells
