with

resolved as (
    {{ with_keys('person_keys') | indent(4) }}
),

stg_person_keys as (
    select
        person_key as person_id,
        canonical_key as canonical_person_id,
        account_id,
        matched_by,
        reason
    from resolved
)

select * from stg_person_keys
