with

deliveries as (
    select * from {{ source('raw', 'accounts') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- Deleted: no row of the history is left. Without this list a deletion would look like an unknown id,
-- and a merge that the vendor writes on the deleted row would be lost.
stg_deleted_accounts as (
    select
        account_id,
        max(merged_into) as merged_into
    from latest
    group by account_id
    having bool_and(coalesce(is_deleted, false))
)

select * from stg_deleted_accounts
