with

deliveries as (
    select * from {{ source('raw', 'tickets') }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_tickets as (
    select
        latest.ticket_id,
        latest.account_id,
        person_keys.person_key as person_id,
        latest.priority,
        latest.status,
        latest.topic,
        latest.product_line,
        latest.n_reopens,
        latest.n_transfers,
        latest.is_escalated,
        latest.source,
        latest.row_hash,
        latest.created_at at time zone 'UTC' as created_at,
        latest.first_reply_at at time zone 'UTC' as first_reply_at,
        latest.resolved_at at time zone 'UTC' as resolved_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    where not coalesce(latest.is_deleted, false)
)

select * from stg_tickets
