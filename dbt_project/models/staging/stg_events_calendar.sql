with

deliveries as (
    {{ with_keys('events_calendar', accounts=[], records=['event_id']) | indent(4) }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_events_calendar as (
    select
        event_id,
        name as event_name,
        kind as event_kind,
        segment,
        region,
        product_line,
        source,
        row_hash,
        starts_on,
        ends_on,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_events_calendar
