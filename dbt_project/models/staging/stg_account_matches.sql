with

keyed as (
    {{ with_keys('account_matches', accounts=['account_id', 'canonical_id']) | indent(4) }}
),

-- Spellings of one address have one key: what leads from one spelling to another is no step.
stg_account_matches as (
    select
        account_id,
        canonical_id as canonical_account_id,
        arg_min(matched_by, list_position(['id', 'merge', 'domain', 'none'], matched_by)) as matched_by
    from keyed
    group by account_id, canonical_id
)

select * from stg_account_matches
