with

deliveries as (
    {{ with_keys('labels', accounts=[], records=['message_id', 'response_id']) | indent(4) }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_labels as (
    select
        message_id,
        response_id,
        labelled_by,
        coalesce(labelled_kind, 'person') as labelled_kind,
        label,
        source,
        row_hash,
        labelled_at at time zone 'UTC' as labelled_at,
        loaded_at at time zone 'UTC' as loaded_at
    from latest
    where not coalesce(is_deleted, false)
)

select * from stg_labels
