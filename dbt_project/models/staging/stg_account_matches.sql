with

resolved as (
    select * from {{ source('raw', 'account_matches') }}
),

stg_account_matches as (
    select
        account_id,
        canonical_id as canonical_account_id,
        matched_by
    from resolved
)

select * from stg_account_matches
