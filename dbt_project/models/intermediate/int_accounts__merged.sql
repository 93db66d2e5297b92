with

accounts as (
    select * from {{ ref('stg_account_matches') }}
),

int_accounts__merged as (
    select
        account_id as given_account_id,
        canonical_account_id as account_id,
        matched_by
    from accounts
    where account_id != canonical_account_id
)

select * from int_accounts__merged
