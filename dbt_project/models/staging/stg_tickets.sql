with

deliveries as (
    select * from {{ source('raw', 'tickets') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_tickets as (
    select
        ticket_id,
        account_id,
        person_id,
        priority,
        status,
        topic,
        product_line,
        n_reopens,
        n_transfers,
        is_escalated,
        source,
        row_hash,
        created_at at time zone 'UTC' as created_at,
        first_reply_at at time zone 'UTC' as first_reply_at,
        resolved_at at time zone 'UTC' as resolved_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_tickets
