with

deliveries as (
    select * from {{ source('raw', 'invitations') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_invitations as (
    select
        invitation_id,
        account_id,
        person_id,
        survey_type,
        channel,
        source,
        row_hash,
        invited_at at time zone 'UTC' as invited_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_invitations
