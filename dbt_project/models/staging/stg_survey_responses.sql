with

deliveries as (
    select * from {{ source('raw', 'survey_responses') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_survey_responses as (
    select
        response_id,
        account_id,
        person_id,
        invitation_id,
        ticket_id,
        survey_type,
        score,
        scale_min,
        scale_max,
        higher_is_better,
        coalesce(trim(verbatim) != '', false) as has_verbatim,
        source,
        row_hash,
        started_at at time zone 'UTC' as started_at,
        answered_at at time zone 'UTC' as answered_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_survey_responses
