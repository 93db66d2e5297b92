with

deliveries as (
    {{ with_keys('invitations', records=['invitation_id']) | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_invitations as (
    select
        latest.invitation_id,
        latest.account_id,
        person_keys.person_key as person_id,
        latest.survey_type,
        latest.channel,
        latest.source,
        latest.row_hash,
        latest.invited_at at time zone 'UTC' as invited_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    where not coalesce(latest.is_deleted, false)
)

select * from stg_invitations
