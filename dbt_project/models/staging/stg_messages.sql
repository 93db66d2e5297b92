with

deliveries as (
    select * from {{ source('raw', 'messages') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_messages as (
    select
        message_id,
        account_id,
        person_id,
        conversation_id,
        ticket_id,
        channel,
        author_kind,
        language,
        rating,
        rating_min,
        rating_max,
        is_public,
        source,
        row_hash,
        sent_at at time zone 'UTC' as sent_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_messages
