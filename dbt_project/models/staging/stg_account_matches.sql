with

resolved as (
    select * from {{ source('raw', 'account_matches') }}
),

account_keys as (
    select * from {{ source('raw', 'account_keys') }}
),

keyed as (
    select
        coalesce(own_keys.account_key, resolved.account_id) as account_id,
        coalesce(canonical_keys.account_key, resolved.canonical_id) as canonical_account_id,
        resolved.matched_by
    from resolved
    left join account_keys as own_keys
        on resolved.account_id = own_keys.account_id
    left join account_keys as canonical_keys
        on resolved.canonical_id = canonical_keys.account_id
),

-- Spellings of one address have one key: what leads from one spelling to another is no step.
stg_account_matches as (
    select
        account_id,
        canonical_account_id,
        arg_min(matched_by, list_position(['id', 'merge', 'domain', 'none'], matched_by)) as matched_by
    from keyed
    group by account_id, canonical_account_id
)

select * from stg_account_matches
