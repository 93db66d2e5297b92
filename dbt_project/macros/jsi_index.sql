{#
The arithmetic of the index, in one place: a roll-up is a model of a few lines that names its keys.

Belongs here: decay, carrying forward, evidence, shrinkage, intervals, trend statistics.
Does not: which touches there are and what they weigh, which roll-ups exist, how numbers are published.

Sums of weights add up over groups and decay by 2^(-days/half-life), sums of squares twice as fast. So the cells of
a group are summed a week and half-life, the decay since the first published week is undone, one window adds them
up, and they are decayed again. Exponents stay below 2 * 259 weeks * 7 days / half-life: a double holds that for
half-lives from four days up, and a test on the policy keeps them there. Only ratios of weights reach the result.
#}

{% macro decay(days, half_life) -%}
pow(2.0, -({{ days }}) / {{ half_life }})
{%- endmacro %}

{#
keys: columns of the cells that name a group, none of them null.
cells: a relation or CTE with the keys and the columns of fct_jsi_cells.
spine: a relation or CTE of groups that get every published week; without it a group starts with its first week.
is_group: true where a group may hold several accounts (cluster variance, number of people).
Gives one row a group and published week, unrounded. The three windows are: '' all touches, decayed; 'recent_' the
last 28 days and 'before_' the 28 before them, undecayed.
#}
{% macro jsi_index(keys, cells, spine=none, is_group=false) %}
{%- set by_key = keys | join(', ') -%}
{%- set windows = ['', 'recent_', 'before_'] -%}
with

weeks as (
    select * from {{ ref('int_weeks__published') }}
),

first_week as (
    select
        week_index as first_week_index,
        week_on as first_week_on
    from weeks
    where week_on = first_week_on
),

last_week as (
    select week_on as last_week_on
    from weeks
    where is_latest
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
        greatest({{ week_index('cells.week_on') }}, first_week.first_week_index) as week_index,
        greatest(first_week.first_week_on - cells.week_on, 0) as early_days
    from {{ cells }} as cells
    cross join first_week
    cross join last_week
    where cells.week_on <= last_week.last_week_on
),

weekly_sums as (
    select
        {{ by_key }},
        cluster_id,
        half_life_days,
        week_index,
        {% for part in ['w', 'w_negative', 'w_positive'] -%}
        sum({{ part }} * {{ decay('early_days', 'half_life_days') }}) as {{ part }},
        {% endfor -%}
        sum(w_squared * {{ decay('2 * early_days', 'half_life_days') }}) as w_squared,
        {% for part in ['v', 'v_negative', 'v_positive', 'v_squared'] -%}
        sum(case when early_days = 0 then {{ part }} else 0 end) as {{ part }},
        {% endfor -%}
        sum(n_touches) as n_touches,
        sum(case when early_days = 0 then n_touches else 0 end) as n_touches_week,
        max(last_touch_at) as last_touch_at
    from entering
    group by {{ by_key }}, cluster_id, half_life_days, week_index
),

first_sums as (
    select
        {{ by_key }},
        cluster_id,
        half_life_days,
        min(week_index) as first_index
    from weekly_sums
    group by {{ by_key }}, cluster_id, half_life_days
),

every_week as (
    select
        first_sums.*,
        weeks.week_index,
        (weeks.week_index - first_week.first_week_index) * 7 as age_days
    from first_sums
    cross join first_week
    inner join weeks
        on first_sums.first_index <= weeks.week_index
),

carried as (
    select
        every_week.* exclude (first_index, age_days),
        {% for part in ['w', 'w_negative', 'w_positive'] -%}
        sum(coalesce(weekly_sums.{{ part }}, 0) * {{ decay('-every_week.age_days', 'every_week.half_life_days') }})
            over to_date * {{ decay('every_week.age_days', 'every_week.half_life_days') }} as {{ part }},
        {% endfor -%}
        sum(
            coalesce(weekly_sums.w_squared, 0) * {{ decay('-2 * every_week.age_days', 'every_week.half_life_days') }}
        ) over to_date * {{ decay('2 * every_week.age_days', 'every_week.half_life_days') }} as w_squared,
        {% for part in ['', '_negative', '_positive', '_squared'] -%}
        coalesce(sum(weekly_sums.v{{ part }}) over last_four, 0) as recent_w{{ part }},
        coalesce(sum(weekly_sums.v{{ part }}) over four_before, 0) as before_w{{ part }},
        {% endfor -%}
        coalesce(weekly_sums.n_touches_week, 0) as n_touches_week,
        sum(coalesce(weekly_sums.n_touches, 0)) over to_date as n_touches,
        max(weekly_sums.last_touch_at) over to_date as last_touch_at
    from every_week
    left join weekly_sums
        on
            every_week.cluster_id = weekly_sums.cluster_id
            and every_week.half_life_days = weekly_sums.half_life_days
            and every_week.week_index = weekly_sums.week_index
            {% for key in keys -%}
            and every_week.{{ key }} = weekly_sums.{{ key }}
            {% endfor %}
    window
        to_date as (
            partition by {% for key in keys %}every_week.{{ key }}, {% endfor %}every_week.cluster_id, every_week.half_life_days
            order by every_week.week_index
            rows between unbounded preceding and current row
        ),
        last_four as (
            partition by {% for key in keys %}every_week.{{ key }}, {% endfor %}every_week.cluster_id, every_week.half_life_days
            order by every_week.week_index
            rows between 3 preceding and current row
        ),
        four_before as (
            partition by {% for key in keys %}every_week.{{ key }}, {% endfor %}every_week.cluster_id, every_week.half_life_days
            order by every_week.week_index
            rows between 7 preceding and 4 preceding
        )
),

clusters as (
    select
        {{ by_key }},
        cluster_id,
        week_index,
        {% for window in windows -%}
        {% for part in ['w', 'w_negative', 'w_positive', 'w_squared'] -%}
        sum({{ window }}{{ part }}) as {{ window }}{{ part }},
        {% endfor -%}
        {% endfor -%}
        sum(n_touches) as n_touches,
        sum(n_touches_week) as n_touches_week,
        max(last_touch_at) as last_touch_at,
        -- The last touch goes stale after so many of its own half-lives; of two at once the longer counts.
        max({'at': last_touch_at, 'half_life_days': half_life_days}) as last_touch
    from carried
    group by {{ by_key }}, cluster_id, week_index
),

sums as (
    select
        {{ by_key }},
        week_index,
        {% for window in windows -%}
        {% for part in ['w', 'w_negative', 'w_positive', 'w_squared'] -%}
        sum({{ window }}{{ part }}) as {{ window }}{{ part }},
        {% endfor -%}
        count(case when {{ window }}w > 0 then 1 end) as {{ window }}n_clusters,
        {% endfor -%}
        sum(n_touches) as n_touches,
        sum(n_touches_week) as n_touches_week,
        max(last_touch_at) as last_touch_at,
        max(last_touch).half_life_days as last_half_life_days
    from clusters
    group by {{ by_key }}, week_index
),

{% if is_group %}
-- Touches of one account go together: the scatter of its sums around the group's mean.
scatter as (
    select
        {% for key in keys %}clusters.{{ key }}, {% endfor %}
        clusters.week_index,
        {% for window in windows -%}
        sum(
            pow(
                clusters.{{ window }}w_positive - clusters.{{ window }}w_negative
                - (sums.{{ window }}w_positive - sums.{{ window }}w_negative)
                / nullif(sums.{{ window }}w, 0) * clusters.{{ window }}w,
                2
            )
        ) as {{ window }}scatter{{ ',' if not loop.last }}
        {% endfor %}
    from clusters
    inner join sums
        on
            clusters.week_index = sums.week_index
            {% for key in keys -%}
            and clusters.{{ key }} = sums.{{ key }}
            {% endfor %}
    group by {% for key in keys %}clusters.{{ key }}, {% endfor %}clusters.week_index
),

arrivals as (
    select
        {{ by_key }},
        person_id,
        account_id,
        week_index,
        row_number() over (partition by {{ by_key }}, person_id order by week_index) = 1
        and person_id is not null as is_new_person,
        row_number() over (partition by {{ by_key }}, account_id order by week_index) = 1
        and account_id is not null as is_new_account
    from entering
),

new_members as (
    select
        {{ by_key }},
        week_index,
        count(case when is_new_person then 1 end) as n_people,
        count(case when is_new_account then 1 end) as n_accounts
    from arrivals
    group by {{ by_key }}, week_index
),
{% endif %}

groups as (
    {% if spine is not none %}
    select {% for key in keys %}spine.{{ key }}, {% endfor %}weeks.*
    from {{ spine }} as spine
    cross join weeks
    {% else %}
    select {% for key in keys %}firsts.{{ key }}, {% endfor %}weeks.*
    from (select {{ by_key }}, min(first_index) as first_index from first_sums group by {{ by_key }}) as firsts
    inner join weeks
        on firsts.first_index <= weeks.week_index
    {% endif %}
),

measured as (
    select
        groups.*,
        {% for window in windows -%}
        coalesce(sums.{{ window }}w, 0) as {{ window }}w,
        coalesce(sums.{{ window }}n_clusters, 0) as {{ window }}n_clusters,
        -- Kish: how many equal touches these are worth.
        coalesce(sums.{{ window }}w * (sums.{{ window }}w / nullif(sums.{{ window }}w_squared, 0)), 0)
            as {{ window }}n_eff,
        (sums.{{ window }}w_positive - sums.{{ window }}w_negative) / nullif(sums.{{ window }}w, 0)
            as {{ window }}mean,
        (sums.{{ window }}w_positive + sums.{{ window }}w_negative) / nullif(sums.{{ window }}w, 0)
            as {{ window }}loaded_share,
        {% if is_group -%}
        scatter.{{ window }}scatter / pow(nullif(sums.{{ window }}w, 0), 2)
        * sums.{{ window }}n_clusters / nullif(sums.{{ window }}n_clusters - 1, 0)
        {%- else -%}
        cast(null as double)
        {%- endif %} as {{ window }}cluster_variance,
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
        sums.last_touch_at,
        sums.last_half_life_days
    from groups
    left join sums
        on
            groups.week_index = sums.week_index
            {% for key in keys -%}
            and groups.{{ key }} = sums.{{ key }}
            {% endfor %}
    {% if is_group %}
    left join scatter
        on
            groups.week_index = scatter.week_index
            {% for key in keys -%}
            and groups.{{ key }} = scatter.{{ key }}
            {% endfor %}
    left join new_members
        on
            groups.week_index = new_members.week_index
            {% for key in keys -%}
            and groups.{{ key }} = new_members.{{ key }}
            {% endfor %}
    window
        to_date as (
            partition by {% for key in keys %}groups.{{ key }}{{ ', ' if not loop.last }}{% endfor %}
            order by groups.week_index
            rows between unbounded preceding and current row
        )
    {% endif %}
),

-- The headline on -1 to 1: the weighted mean and the baseline, mixed by evidence against prior mass.
shrunk as (
    select
        *,
        {% for window in windows -%}
        (prior_mass * baseline_mean + {{ window }}n_eff * coalesce({{ window }}mean, 0))
        / nullif(prior_mass + {{ window }}n_eff, 0) as {{ window }}m,
        (
            prior_mass * (baseline_positive + baseline_negative)
            + {{ window }}n_eff * coalesce({{ window }}loaded_share, 0)
        ) / nullif(prior_mass + {{ window }}n_eff, 0) as {{ window }}p_loaded{{ ',' if not loop.last }}
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
        case
            when coalesce({{ window }}cluster_variance, 0) <= 1e-12 then {{ window }}posterior_variance
            when {{ window }}n_clusters >= min_clusters then {{ window }}cluster_variance
            else greatest({{ window }}cluster_variance, {{ window }}posterior_variance)
        end as {{ window }}variance{{ ',' if not loop.last }}
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
        when n_eff < insufficient_below then 'insufficient'
        when n_eff < thin_below then 'thin'
        else 'solid'
    end as evidence_level,
    coalesce(
        {{ days_between('last_touch_at', 'cast(week_on as timestamp)') }} > stale_after_half_lives * last_half_life_days,
        false
    ) as is_stale,
    recent_n_eff >= insufficient_below and before_n_eff >= insufficient_below as has_trend,
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
