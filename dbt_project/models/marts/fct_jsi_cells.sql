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
        {% for measure in ['w', 'v'] -%}
        {{ exact_sum(measure) }} as {{ measure }},
        {% for class, sentiment in [('negative', -1), ('neutral', 0), ('positive', 1)] -%}
        {{ exact_sum('case when sentiment = ' ~ sentiment ~ ' then ' ~ measure ~ ' end') }}
            as {{ measure }}_{{ class }},
        {% endfor -%}
        {{ exact_sum(measure ~ ' * ' ~ measure) }} as {{ measure }}_squared,
        {% endfor -%}
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
