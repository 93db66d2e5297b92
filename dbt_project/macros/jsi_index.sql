-- noqa: disable=layout.indent
{#
The arithmetic of the index, in one place: a roll-up is a model of a few lines that names its keys.

Belongs here: decay, carrying forward, evidence, shrinkage, intervals, trend statistics.
Does not: which touches there are and what they weigh, which roll-ups exist, how numbers are published.

Sums of weights add up over groups and decay by 2^(-days/half-life), sums of squares twice as fast. So the cells of
a group are summed a week and half-life, the decay since the first published week is undone, one window adds them
up, and every week until the next sum is that one decayed on. Exponents stay below 2 * 259 weeks * 7 days /
half-life: a double holds that for half-lives from four days up, and a test on the policy keeps them there. Only
ratios of weights reach the result.
#}

{% macro decay(days, half_life) -%}
pow(2.0, -({{ days }}) / {{ half_life }})
{%- endmacro %}

{# A join on the keys of a group and more. #}
{% macro same_group(keys, left, right) -%}
{% for key in keys %}{{ left }}.{{ key }} = {{ right }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}

{#
keys: columns of the cells that name a group, none of them null.
cells: a relation or CTE with the keys and the columns of fct_jsi_cells.
spine: a relation or CTE of groups that get every published week; without it a group starts with its first week.
is_group: true where a group may hold several accounts (cluster variance, number of people).
Gives one row a group and published week, unrounded. There are three windows of touches: '' all of them, decayed;
'recent_' the last 28 days and 'before_' the 28 before those, undecayed.
#}
{% macro jsi_index(keys, cells, spine=none, is_group=false) %}
{%- set by_key = keys | join(', ') -%}
{%- set windows = ['', 'recent_', 'before_'] -%}
{%- set parts = ['w', 'w_negative', 'w_positive', 'w_squared'] -%}
with

weeks as (
    select * from {{ ref('int_weeks__published') }}
),

span as (
    select
        min(week_on) as first_week_on,
        max(week_on) as last_week_on,
        min(week_index) as first_index,
        max(week_index) as last_index
    from weeks
),

-- What is older than the first published week enters with it, decayed until then.
entering as (
    select
        cells.*,
        {% if is_group -%}
        coalesce(cells.account_id, 'person ' || cells.person_id, 'unlinked')
        {%- else -%}
        'itself'
        {%- endif %} as cluster_id,
        greatest({{ week_index('cells.week_on') }} - span.first_index, 0) as week_number,
        greatest(span.first_week_on - cells.week_on, 0) as early_days,
        span.last_index - span.first_index as last_week_number
    from {{ cells }} as cells
    cross join span
    where cells.week_on <= span.last_week_on
),

weekly_sums as (
    select
        {{ by_key }},
        cluster_id,
        half_life_days,
        week_number,
        last_week_number,
        sum(w * {{ decay('early_days', 'half_life_days') }}) as w,
        sum(w_negative * {{ decay('early_days', 'half_life_days') }}) as w_negative,
        sum(w_positive * {{ decay('early_days', 'half_life_days') }}) as w_positive,
        sum(w_squared * {{ decay('2 * early_days', 'half_life_days') }}) as w_squared,
        sum(case when early_days = 0 then v else 0 end) as v,
        sum(case when early_days = 0 then v_negative else 0 end) as v_negative,
        sum(case when early_days = 0 then v_positive else 0 end) as v_positive,
        sum(case when early_days = 0 then v_squared else 0 end) as v_squared,
        sum(case when early_days = 0 then n_touches else 0 end) as n_touches_week,
        sum(n_touches) as n_touches,
        -- Of two last touches at one moment the one that lasts longer counts.
        max({'at': last_touch_at, 'half_life_days': half_life_days}) as last_touch
    from entering
    group by {{ by_key }}, cluster_id, half_life_days, week_number, last_week_number
),

cumulated as (
    select
        {{ by_key }},
        cluster_id,
        half_life_days,
        week_number,
        sum(w * {{ decay('-7 * week_number', 'half_life_days') }}) over to_date as w,
        sum(w_negative * {{ decay('-7 * week_number', 'half_life_days') }}) over to_date as w_negative,
        sum(w_positive * {{ decay('-7 * week_number', 'half_life_days') }}) over to_date as w_positive,
        sum(w_squared * {{ decay('-14 * week_number', 'half_life_days') }}) over to_date as w_squared,
        sum(n_touches) over to_date as n_touches,
        max(last_touch) over to_date as last_touch,
        coalesce(lead(week_number) over by_week, last_week_number + 1) as next_week_number
    from weekly_sums
    window
        by_week as (partition by {{ by_key }}, cluster_id, half_life_days order by week_number),
        to_date as (
            partition by {{ by_key }}, cluster_id, half_life_days order by week_number
            rows between unbounded preceding and current row
        )
),

-- Each sum holds until the next one and decays on.
carried as (
    select
        * exclude (week_number, next_week_number),
        unnest(range(week_number, next_week_number)) as week_number
    from cumulated
),

-- Each week's touches are recent for four weeks ...
recent as (
    select
        {{ by_key }},
        cluster_id,
        week_number + ahead as week_number,
        last_week_number,
        sum(v) as w,
        sum(v_negative) as w_negative,
        sum(v_positive) as w_positive,
        sum(v_squared) as w_squared,
        sum(case when ahead = 0 then n_touches_week else 0 end) as n_touches_week
    from (
        select
            *,
            unnest(range(0, least(3, last_week_number - week_number) + 1)) as ahead
        from weekly_sums
    ) as weeks_ahead
    group by {{ by_key }}, cluster_id, week_number + ahead, last_week_number
),

-- ... and the four before for the next four.
contributions as (
    select
        {{ by_key }},
        cluster_id,
        week_number,
        w * {{ decay('7 * week_number', 'half_life_days') }} as w,
        w_negative * {{ decay('7 * week_number', 'half_life_days') }} as w_negative,
        w_positive * {{ decay('7 * week_number', 'half_life_days') }} as w_positive,
        w_squared * {{ decay('14 * week_number', 'half_life_days') }} as w_squared,
        0.0 as recent_w,
        0.0 as recent_w_negative,
        0.0 as recent_w_positive,
        0.0 as recent_w_squared,
        0.0 as before_w,
        0.0 as before_w_negative,
        0.0 as before_w_positive,
        0.0 as before_w_squared,
        n_touches,
        0 as n_touches_week,
        last_touch
    from carried

    union all

    select
        {{ by_key }},
        cluster_id,
        week_number,
        0.0 as w,
        0.0 as w_negative,
        0.0 as w_positive,
        0.0 as w_squared,
        w as recent_w,
        w_negative as recent_w_negative,
        w_positive as recent_w_positive,
        w_squared as recent_w_squared,
        0.0 as before_w,
        0.0 as before_w_negative,
        0.0 as before_w_positive,
        0.0 as before_w_squared,
        0 as n_touches,
        n_touches_week,
        null as last_touch
    from recent

    union all

    select
        {{ by_key }},
        cluster_id,
        week_number + 4 as week_number,
        0.0 as w,
        0.0 as w_negative,
        0.0 as w_positive,
        0.0 as w_squared,
        0.0 as recent_w,
        0.0 as recent_w_negative,
        0.0 as recent_w_positive,
        0.0 as recent_w_squared,
        w as before_w,
        w_negative as before_w_negative,
        w_positive as before_w_positive,
        w_squared as before_w_squared,
        0 as n_touches,
        0 as n_touches_week,
        null as last_touch
    from recent
    where week_number + 4 <= last_week_number
),

clusters as (
    select
        {{ by_key }},
        cluster_id,
        week_number,
        {% for window in windows -%}
        {% for part in parts -%}
        sum({{ window }}{{ part }}) as {{ window }}{{ part }},
        {% endfor -%}
        {% endfor -%}
        sum(n_touches) as n_touches,
        sum(n_touches_week) as n_touches_week,
        max(last_touch) as last_touch
    from contributions
    group by {{ by_key }}, cluster_id, week_number
),

{% if is_group %}
sums as (
    select
        {{ by_key }},
        week_number,
        {% for window in windows -%}
        {% for part in parts -%}
        sum({{ window }}{{ part }}) as {{ window }}{{ part }},
        {% endfor -%}
        count(case when {{ window }}w > 0 then 1 end) as {{ window }}n_clusters,
        {% endfor -%}
        sum(n_touches) as n_touches,
        sum(n_touches_week) as n_touches_week,
        max(last_touch) as last_touch
    from clusters
    group by {{ by_key }}, week_number
),

-- Touches of one account go together: how far its sums scatter around the group's mean.
scatter as (
    select
        {% for key in keys -%}
        clusters.{{ key }},
        {% endfor -%}
        clusters.week_number,
        {% for window in windows -%}
        sum(
            pow(
                clusters.{{ window }}w_positive - clusters.{{ window }}w_negative
                - (sums.{{ window }}w_positive - sums.{{ window }}w_negative)
                / nullif(sums.{{ window }}w, 0) * clusters.{{ window }}w,
                2
            )
        ) / pow(nullif(any_value(sums.{{ window }}w), 0), 2)
        * any_value(sums.{{ window }}n_clusters) / nullif(any_value(sums.{{ window }}n_clusters) - 1, 0)
            as {{ window }}cluster_variance{{ ',' if not loop.last }}
        {% endfor %}
    from clusters
    inner join sums
        on clusters.week_number = sums.week_number and {{ same_group(keys, 'clusters', 'sums') }}
    group by {% for key in keys %}clusters.{{ key }}, {% endfor %}clusters.week_number
),

arrivals as (
    select
        {{ by_key }},
        min(week_number) as week_number,
        1 as n_people,
        0 as n_accounts
    from entering
    where person_id is not null
    group by {{ by_key }}, person_id

    union all

    select
        {{ by_key }},
        min(week_number) as week_number,
        0 as n_people,
        1 as n_accounts
    from entering
    where account_id is not null
    group by {{ by_key }}, account_id
),

new_members as (
    select
        {{ by_key }},
        week_number,
        sum(n_people) as n_people,
        sum(n_accounts) as n_accounts
    from arrivals
    group by {{ by_key }}, week_number
),
{% else %}
sums as (
    select * from clusters
),
{% endif %}

groups as (
    {% if spine is not none %}
    select
        {% for key in keys -%}
        spine.{{ key }},
        {% endfor -%}
        weeks.week_index - span.first_index as week_number,
        weeks.*
    from {{ spine }} as spine
    cross join weeks
    cross join span
    {% else %}
    select
        {% for key in keys -%}
        firsts.{{ key }},
        {% endfor -%}
        weeks.week_index - span.first_index as week_number,
        weeks.*
    from (select {{ by_key }}, min(week_number) as week_number from weekly_sums group by {{ by_key }}) as firsts
    cross join span
    inner join weeks
        on firsts.week_number + span.first_index <= weeks.week_index
    {% endif %}
),

measured as (
    select
        groups.*,
        {% for window in windows -%}
        coalesce(sums.{{ window }}w, 0) as {{ window }}w,
        -- Kish: how many equal touches these are worth.
        coalesce(sums.{{ window }}w * (sums.{{ window }}w / nullif(sums.{{ window }}w_squared, 0)), 0)
            as {{ window }}n_eff,
        (sums.{{ window }}w_positive - sums.{{ window }}w_negative) / nullif(sums.{{ window }}w, 0)
            as {{ window }}mean,
        (sums.{{ window }}w_positive + sums.{{ window }}w_negative) / nullif(sums.{{ window }}w, 0)
            as {{ window }}loaded_share,
        {% if is_group -%}
        scatter.{{ window }}cluster_variance,
        coalesce(sums.{{ window }}n_clusters, 0) as {{ window }}n_clusters,
        {% endif -%}
        {% endfor -%}
        {% if is_group -%}
        -- An account speaks with at least one voice, and so does a touch that names nobody.
        cast(
            greatest(
                sum(coalesce(new_members.n_people, 0)) over to_date,
                sum(coalesce(new_members.n_accounts, 0)) over to_date,
                case when sums.n_touches > 0 then 1 else 0 end
            ) as bigint
        ) as n_people,
        cast(sum(coalesce(new_members.n_accounts, 0)) over to_date as bigint) as n_accounts,
        {% endif -%}
        cast(coalesce(sums.n_touches, 0) as bigint) as n_touches,
        cast(coalesce(sums.n_touches_week, 0) as bigint) as n_touches_week,
        sums.last_touch.at as last_touch_at,
        sums.last_touch.half_life_days as last_half_life_days
    from groups
    left join sums
        on groups.week_number = sums.week_number and {{ same_group(keys, 'groups', 'sums') }}
    {% if is_group %}
    left join scatter
        on groups.week_number = scatter.week_number and {{ same_group(keys, 'groups', 'scatter') }}
    left join new_members
        on groups.week_number = new_members.week_number and {{ same_group(keys, 'groups', 'new_members') }}
    window
        to_date as (
            partition by {% for key in keys %}groups.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
            order by groups.week_number
            rows between unbounded preceding and current row
        )
    {% endif %}
),

-- The headline on -1 to 1: the weighted mean and the baseline, mixed by evidence against prior mass. Where a policy
-- without prior mass meets silence, the baseline is all there is.
shrunk as (
    select
        *,
        {% for window in windows -%}
        coalesce(
            (prior_mass * baseline_mean + {{ window }}n_eff * coalesce({{ window }}mean, 0))
            / nullif(prior_mass + {{ window }}n_eff, 0),
            baseline_mean
        ) as {{ window }}m,
        coalesce(
            (
                prior_mass * (baseline_positive + baseline_negative)
                + {{ window }}n_eff * coalesce({{ window }}loaded_share, 0)
            ) / nullif(prior_mass + {{ window }}n_eff, 0),
            baseline_positive + baseline_negative
        ) as {{ window }}p_loaded{{ ',' if not loop.last }}
        {% endfor %}
    from measured
),

with_posterior as (
    select
        *,
        {% for window in windows -%}
        greatest({{ window }}p_loaded - {{ window }}m * {{ window }}m, 0) / (prior_mass + {{ window }}n_eff + 1)
            as {{ window }}posterior_variance{{ ',' if not loop.last }}
        {% endfor %}
    from shrunk
),

-- Accounts that agree to the last digit have no scatter, which is no certainty: then the posterior speaks.
with_variance as (
    select
        *,
        {% for window in windows -%}
        {% if is_group -%}
        case
            when coalesce({{ window }}cluster_variance, 0) <= 1e-12 then {{ window }}posterior_variance
            when {{ window }}n_clusters >= min_clusters then {{ window }}cluster_variance
            else greatest({{ window }}cluster_variance, {{ window }}posterior_variance)
        end
        {%- else -%}
        {{ window }}posterior_variance
        {%- endif %} as {{ window }}variance{{ ',' if not loop.last }}
        {% endfor %}
    from with_posterior
)

select
    {{ by_key }},
    week_on,
    week_index,
    is_latest,
    50 * (1 + m) as jsi,
    50 * (1 + mean) as jsi_raw,
    greatest(50 * (1 + m) - 98 * sqrt(variance), 0) as jsi_low,
    least(50 * (1 + m) + 98 * sqrt(variance), 100) as jsi_high,
    n_eff as evidence,
    case
        {% if is_group -%}
        when n_people between 1 and suppress_below_people - 1 then 'suppressed'
        {% endif -%}
        -- The last digits of a double do not decide a level.
        when n_eff < insufficient_below - 1e-9 then 'insufficient'
        when n_eff < thin_below - 1e-9 then 'thin'
        else 'solid'
    end as evidence_level,
    coalesce(
        {{ days_between('last_touch_at', 'cast(week_on as timestamp)') }}
        > stale_after_half_lives * last_half_life_days,
        false
    ) as is_stale,
    least(recent_n_eff, before_n_eff) >= insufficient_below - 1e-9 as has_trend,
    (recent_m - before_m) / nullif(sqrt(recent_variance + before_variance), 0) as trend_z,
    50 * (recent_m - before_m) as trend_delta,
    98 * sqrt(recent_variance + before_variance) as trend_margin,
    w,
    mean,
    m,
    n_touches,
    n_touches_week,
    {% if is_group -%}
    n_people,
    n_accounts,
    {% endif -%}
    last_touch_at,
    prior_mass,
    baseline_mean,
    trend_min_abs_z,
    trend_min_share_of_spread,
    policy_version,
    model_version
from with_variance
{% endmacro %}
