with

deliveries as (
    {{ with_keys('actions', records=['action_id']) | indent(4) }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_actions as (
    select
        action_id,
        account_id,
        play,
        owner,
        source,
        row_hash,
        started_at at time zone 'UTC' as started_at,
        ended_at at time zone 'UTC' as ended_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_actions
