with

touches as (
    select * from {{ ref('int_touches__weighted') }}
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

index_parameters as (
    select * from {{ ref('policy_index_parameters') }}
),

policy_versions as (
    select * from {{ ref('int_policy_versions__dated') }}
),

touch_scores as (
    select * from {{ ref('stg_touch_scores') }}
),

scored as (
    select
        model_version,
        coalesce(taxonomy_version, 'unknown') as taxonomy_version
    from touch_scores
    where sentiment is not null
),

-- Words that are gone keep the answer of the model that read them: all that speak are named.
models as (
    select
        coalesce(string_agg(distinct model_version, ' + ' order by model_version), 'none') as model_version,
        coalesce(string_agg(distinct taxonomy_version, ' + ' order by taxonomy_version), 'none')
            as taxonomy_version
    from scored
),

-- The Monday of the week that is still open: everything before it is finished.
last_week as (
    select
        cast(date_trunc('week', as_of) as date) as last_week_on,
        as_of
    from refresh
),

first_week as (
    select min(touches.week_on) as first_week_on
    from touches
    inner join last_week
        on touches.week_on <= last_week.last_week_on
),

-- At most five years are published, so that one wrong date cannot ask for centuries.
span as (
    select
        last_week.last_week_on,
        greatest(
            coalesce(first_week.first_week_on, last_week.last_week_on), last_week.last_week_on - 7 * 259
        ) as first_week_on
    from last_week
    cross join first_week
),

mondays as (
    select cast(unnest(generate_series(first_week_on, last_week_on, interval 7 day)) as date) as week_on
    from span
),

-- The index of a week follows the policy in force on its week_on.
int_weeks__published as (
    select
        mondays.week_on,
        {{ week_index('mondays.week_on') }} as week_index,
        span.first_week_on,
        mondays.week_on = span.last_week_on as is_latest,
        index_parameters.prior_mass,
        index_parameters.baseline_negative,
        index_parameters.baseline_neutral,
        index_parameters.baseline_positive,
        index_parameters.baseline_positive - index_parameters.baseline_negative as baseline_mean,
        index_parameters.insufficient_below,
        index_parameters.thin_below,
        index_parameters.suppress_below_people,
        index_parameters.stale_after_half_lives,
        index_parameters.trend_min_abs_z,
        index_parameters.trend_min_share_of_spread,
        index_parameters.min_clusters,
        policy_versions.policy_version,
        models.model_version,
        models.taxonomy_version
    from mondays
    cross join span
    cross join models
    left join index_parameters
        on {{ in_force('index_parameters', 'mondays.week_on') }}
    left join policy_versions
        on {{ in_force('policy_versions', 'mondays.week_on') }}
)

select * from int_weeks__published
