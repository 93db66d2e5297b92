with

deliveries as (
    {{ with_keys('messages', records=['message_id', 'conversation_id', 'ticket_id']) | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_messages as (
    select
        latest.message_id,
        latest.account_id,
        person_keys.person_key as person_id,
        latest.conversation_id,
        latest.ticket_id,
        latest.channel,
        latest.author_kind,
        latest.language,
        latest.rating,
        latest.rating_min,
        latest.rating_max,
        latest.is_public,
        latest.source,
        latest.row_hash,
        latest.start_s,
        latest.end_s,
        latest.transcript_confidence,
        case
            when latest.channel = 'call'
                then coalesce(
                    'conversation:' || latest.conversation_id,
                    'ticket:' || latest.ticket_id,
                    'message:' || latest.message_id
                )
        end as call_id,
        latest.sent_at at time zone 'UTC' as sent_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    where
        not coalesce(latest.is_deleted, false)
        -- A turn of a call that no file has told of yet has no time: it waits in raw.
        and latest.sent_at is not null
)

select * from stg_messages
