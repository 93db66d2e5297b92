with

touches as (
    select * from {{ ref('int_touches__judged') }}
),

role_weights as (
    select * from {{ ref('policy_role_weights') }}
),

severity_weights as (
    select * from {{ ref('policy_severity_weights') }}
),

half_lives as (
    select * from {{ ref('policy_half_lives') }}
),

source_reliability as (
    select * from {{ ref('policy_source_reliability') }}
),

index_parameters as (
    select * from {{ ref('policy_index_parameters') }}
),

policy_versions as (
    select * from {{ ref('int_policy_versions__dated') }}
),

with_policy as (
    select
        touches.*,
        half_lives.half_life_days,
        policy_versions.policy_version,
        role_weights.weight as role_weight,
        case
            when touches.priority is not null
                then
                    priorities.weight
                    * case when coalesce(touches.is_escalated, false) then escalations.weight else 1 end
            else coalesce(surveys.weight, others.weight)
        end as severity,
        case
            when touches.signal = 'rule' then 1.0
            else greatest(
                coalesce(own_reliability.reliability, any_reliability.reliability),
                index_parameters.reliability_floor
            )
        end as reliability,
        {{ week_on('touches.occurred_at') }} as week_on
    from touches
    left join role_weights
        on
            touches.role = role_weights.role
            and {{ in_force('role_weights', 'touches.occurred_at') }}
    left join severity_weights as priorities
        on
            priorities.basis = 'ticket_priority'
            and touches.priority = priorities.value
            and {{ in_force('priorities', 'touches.occurred_at') }}
    left join severity_weights as escalations
        on
            escalations.basis = 'ticket_escalated'
            and {{ in_force('escalations', 'touches.occurred_at') }}
    left join severity_weights as surveys
        on
            surveys.basis = 'survey_type'
            and touches.survey_type = surveys.value
            and {{ in_force('surveys', 'touches.occurred_at') }}
    left join severity_weights as others
        on
            others.basis = 'default'
            and {{ in_force('others', 'touches.occurred_at') }}
    left join half_lives
        on
            touches.feedback_kind = half_lives.feedback_kind
            and {{ in_force('half_lives', 'touches.occurred_at') }}
    left join source_reliability as own_reliability
        on
            touches.source = own_reliability.source
            and {{ in_force('own_reliability', 'touches.occurred_at') }}
    left join source_reliability as any_reliability
        on
            any_reliability.source = 'any'
            and {{ in_force('any_reliability', 'touches.occurred_at') }}
    left join index_parameters
        on {{ in_force('index_parameters', 'touches.occurred_at') }}
    left join policy_versions
        on {{ in_force('policy_versions', 'touches.occurred_at') }}
),

fresh as (
    select
        *,
        case
            when sentiment is not null then role_weight * severity * confidence * reliability
        end as weight_fresh
    from with_policy
),

episode_weeks as (
    select
        episode_id,
        week_on,
        least(max(weight_fresh) / {{ exact_sum('weight_fresh') }}, 1) as episode_share
    from fresh
    where weight_fresh > 0
    group by episode_id, week_on
),

-- The touches of one episode in one week weigh together no more than the heaviest of them.
int_touches__weighted as (
    select
        fresh.*,
        case
            when fresh.weight_fresh is not null then coalesce(episode_weeks.episode_share, 1)
        end as episode_share
    from fresh
    left join episode_weeks
        on
            fresh.episode_id = episode_weeks.episode_id
            and fresh.week_on = episode_weeks.week_on
)

select * from int_touches__weighted
