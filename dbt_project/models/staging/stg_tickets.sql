with

deliveries as (
    {{ with_keys('tickets', records=['ticket_id']) | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

withheld as (
    select * from {{ ref('stg_words') }}
    where usage = 'withheld'
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- A help desk tells how a ticket went in its history or its metrics, and not always in the ticket itself.
-- Empty means not known, so the newest version that tells counts, whichever version is the newest.
told as (
    select * from deliveries
    where n_reopens is not null
    qualify {{ newest_version_first() }} = 1
),

replied as (
    select * from deliveries
    where first_reply_at is not null
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
        coalesce(withheld.published_as, latest.product_line) as product_line,
        coalesce(latest.n_reopens, told.n_reopens) as n_reopens,
        coalesce(latest.n_transfers, told.n_transfers) as n_transfers,
        latest.is_escalated,
        latest.source,
        latest.row_hash,
        latest.created_at at time zone 'UTC' as created_at,
        coalesce(latest.first_reply_at, replied.first_reply_at) at time zone 'UTC' as first_reply_at,
        -- A history that ends before the ticket changed once more does not know when that was.
        coalesce(latest.resolved_at, case when latest.status = told.status then told.resolved_at end)
        at time zone 'UTC' as resolved_at,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    left join withheld
        on latest.product_line = withheld.word
    left join told
        on latest.row_key = told.row_key
    left join replied
        on latest.row_key = replied.row_key
    where not coalesce(latest.is_deleted, false)
)

select * from stg_tickets
