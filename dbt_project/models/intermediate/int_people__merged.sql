with

people as (
    select * from {{ ref('stg_person_keys') }}
),

int_people__merged as (
    select
        person_id as given_person_id,
        canonical_person_id as person_id
    from people
    where person_id != canonical_person_id
)

select * from int_people__merged
