with

people as (
    select * from {{ ref('stg_people') }}
),

-- A row without valid_from holds since ever, each row until the next.
int_person_histories__dated as (
    select
        person_id,
        account_id,
        coalesce(role, 'unknown') as role,
        coalesce(valid_from, timestamp '1900-01-01') as valid_from,
        lead(valid_from) over (partition by person_id order by valid_from nulls first) as valid_to,
        row_number() over (partition by person_id order by valid_from nulls first) = 1 as is_first
    from people
)

select * from int_person_histories__dated
