{{ config(meta={'dagster': {'ref': {'name': 'fct_touches'}}}) }}

-- A touch with a sentiment and without a weight would vanish from the index in silence.
select
    touch_id,
    role,
    feedback_kind,
    source
from {{ ref('fct_touches') }}
where
    sentiment is not null
    and (weight_fresh is null or weight_fresh <= 0 or half_life_days is null or policy_version is null)
