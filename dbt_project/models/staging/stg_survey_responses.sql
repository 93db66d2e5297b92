with

deliveries as (
    {{ with_keys('survey_responses', records=['response_id', 'invitation_id', 'ticket_id']) | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_survey_responses as (
    select
        latest.response_id,
        latest.account_id,
        person_keys.person_key as person_id,
        latest.invitation_id,
        latest.ticket_id,
        latest.survey_type,
        nullif(lower(trim(latest.touchpoint)), '') as touchpoint,
        latest.score,
        latest.scale_min,
        latest.scale_max,
        latest.higher_is_better,
        coalesce(trim(latest.verbatim) != '', false) as has_verbatim,
        latest.source,
        latest.row_hash,
        latest.started_at at time zone 'UTC' as started_at,
        latest.answered_at at time zone 'UTC' as answered_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    where not coalesce(latest.is_deleted, false)
)

select * from stg_survey_responses
