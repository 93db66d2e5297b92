with

touches as (
    select * from {{ ref('int_touches__decayed') }}
),

latest_week as (
    select * from {{ ref('int_weeks__published') }}
    where is_latest
),

-- Each touch speaks for the company, for its stage and for its account.
scoped as (
    select
        'company' as scope_kind,
        'all' as scope,
        *
    from touches

    union all

    select
        'stage' as scope_kind,
        stage as scope,
        *
    from touches

    union all

    select
        'account' as scope_kind,
        account_id as scope,
        *
    from touches
    where account_id is not null
),

scopes as (
    select
        scope_kind,
        scope,
        sum(weight) as w,
        sum(weight) * (sum(weight) / nullif(sum(weight * weight), 0)) as n_eff,
        sum(weight * sentiment) / nullif(sum(weight), 0) as mean,
        count(*) as n_touches,
        greatest(count(distinct person_id), count(distinct account_id), 1) as n_people
    from scoped
    group by scope_kind, scope
),

-- A touch with several causes gives each an equal part, one without goes to untagged.
causes as (
    select
        touch_id,
        unnest(case when len(root_cause) > 0 then list_distinct(root_cause) else ['untagged'] end) as driver,
        1.0 / greatest(len(list_distinct(root_cause)), 1) as part
    from touches
),

parts as (
    select
        touch_id,
        'cause' as driver_kind,
        driver,
        part
    from causes

    union all

    select
        touch_id,
        'channel' as driver_kind,
        channel as driver,
        1.0 as part
    from touches

    union all

    select
        touch_id,
        'stage' as driver_kind,
        stage as driver,
        1.0 as part
    from touches
),

contributions as (
    select
        scoped.scope_kind,
        scoped.scope,
        parts.driver_kind,
        parts.driver,
        count(*) as n_touches,
        sum(parts.part) as touch_parts,
        sum(parts.part * scoped.sentiment) as sentiment_parts,
        sum(parts.part * scoped.weight * (scoped.sentiment - latest_week.baseline_mean)) as pull
    from scoped
    inner join parts
        on scoped.touch_id = parts.touch_id
    cross join latest_week
    group by scoped.scope_kind, scoped.scope, parts.driver_kind, parts.driver
),

-- The points of one kind of driver sum to the gap between the index and its baseline.
-- Scopes of too few people are left out, as their index is.
drivers as (
    select
        latest_week.week_on,
        contributions.scope_kind,
        contributions.scope,
        contributions.driver_kind,
        contributions.driver,
        contributions.n_touches,
        {{ published('contributions.touch_parts / scopes.n_touches', 6) }} as share_of_touches,
        {{ published('contributions.sentiment_parts / contributions.touch_parts', 6) }} as mean_sentiment,
        {{ published(
            '50 * scopes.n_eff / (latest_week.prior_mass + scopes.n_eff) * contributions.pull / scopes.w', 6
        ) }} as points,
        {{ published(
            '50 * (1 + (latest_week.prior_mass * latest_week.baseline_mean + scopes.n_eff * scopes.mean)'
            ~ ' / (latest_week.prior_mass + scopes.n_eff))',
            4
        ) }} as jsi,
        {{ published('50 * (1 + latest_week.baseline_mean)', 4) }} as baseline_jsi,
        latest_week.policy_version,
        latest_week.taxonomy_version
    from contributions
    inner join scopes
        on
            contributions.scope_kind = scopes.scope_kind
            and contributions.scope = scopes.scope
    cross join latest_week
    where
        scopes.w > 0
        and (scopes.scope_kind = 'account' or scopes.n_people >= latest_week.suppress_below_people)
)

select * from drivers
