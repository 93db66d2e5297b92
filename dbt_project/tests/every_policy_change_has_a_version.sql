{{ config(meta={'dagster': {'ref': {'name': 'policy_versions'}}}) }}

{% set policies = [
    'policy_stages', 'policy_stage_thresholds', 'policy_role_weights', 'policy_half_lives',
    'policy_severity_weights', 'policy_survey_scales', 'policy_touchpoint_stages', 'policy_behaviour_rules',
    'policy_usage_metrics', 'policy_source_reliability', 'policy_source_rhythms', 'policy_index_parameters', 'policy_fx_rates',
    'policy_effort_signals', 'policy_ticket_statuses', 'policy_transcript_floors'
] %}

-- A row that begins or ends on a day on which no version begins would change numbers under an old name.
with

changes as (
    {% for policy in policies %}
    select
        '{{ policy }}' as policy,
        unnest([valid_from, valid_to]) as changed_on
    from {{ ref(policy) }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
)

select distinct
    changes.policy,
    changes.changed_on
from changes
left join {{ ref('policy_versions') }} as versions
    on changes.changed_on = versions.valid_from
where changes.changed_on is not null and versions.policy_version is null
