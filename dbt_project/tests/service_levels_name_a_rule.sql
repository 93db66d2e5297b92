{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'policy_behaviour_rules'}}}) }}

-- A promise whose metric no rule reads is never judged.
select distinct service_levels.metric
from {{ ref('stg_service_levels') }} as service_levels
left join {{ ref('policy_behaviour_rules') }} as rules
    on
        rules.signal = 'service_level'
        and service_levels.metric = rules.metric
where rules.rule_id is null
