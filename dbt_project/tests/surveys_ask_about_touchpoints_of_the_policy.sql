{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'policy_touchpoint_stages'}}}) }}

-- A touchpoint that the policy does not know is published as survey/<type>, and its surveys count under the
-- account's stage.
select distinct responses.touchpoint
from {{ ref('stg_survey_responses') }} as responses
where
    responses.touchpoint is not null
    and 'survey/' || responses.touchpoint
    not in (select policy.touchpoint from {{ ref('policy_touchpoint_stages') }} as policy)
