with

refreshes as (
    select * from {{ source('raw', 'refresh') }}
),

stg_refresh as (
    select
        refresh_id,
        as_of at time zone 'UTC' as as_of
    from refreshes
)

select * from stg_refresh
