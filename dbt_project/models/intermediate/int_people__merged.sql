with recursive

living as (
    select * from {{ ref('stg_people') }}
),

deleted as (
    select * from {{ ref('stg_deleted_people') }}
),

-- The newest row of a history that names a survivor decides.
named as (
    select
        person_id,
        merged_into,
        row_number()
            over (partition by person_id order by valid_from desc nulls last, merged_into desc)
            as newest_first
    from living
    where merged_into is not null

    union all

    select
        person_id,
        merged_into,
        1 as newest_first
    from deleted
    where merged_into is not null
),

survivors as (
    select
        person_id,
        merged_into
    from named
    where newest_first = 1 and merged_into != person_id
),

-- A merge into a merged id is followed on; a chain longer than fifty is a circle.
steps as (
    select
        person_id as given_person_id,
        merged_into as person_id,
        1 as step
    from survivors

    union all

    select
        steps.given_person_id,
        survivors.merged_into as person_id,
        steps.step + 1 as step
    from steps
    inner join survivors
        on steps.person_id = survivors.person_id
    where steps.step < 50
),

-- The end of a chain is no merged id itself; ids in a circle have no end and keep their own.
int_people__merged as (
    select
        steps.given_person_id,
        steps.person_id
    from steps
    left join survivors
        on steps.person_id = survivors.person_id
    where survivors.person_id is null
)

select * from int_people__merged
