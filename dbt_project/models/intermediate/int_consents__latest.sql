with

consents as (
    select * from {{ ref('stg_consents') }}
),

merged_people as (
    select * from {{ ref('int_people__merged') }}
),

linked as (
    select
        consents.purpose,
        consents.state,
        consents.recorded_at,
        coalesce(merged_people.person_id, consents.person_id) as person_id
    from consents
    left join merged_people
        on consents.person_id = merged_people.given_person_id
),

-- Of two words at one moment the refusal counts.
int_consents__latest as (
    select
        person_id,
        purpose,
        state
    from linked
    qualify row_number() over (partition by person_id, purpose order by recorded_at desc, state asc) = 1
)

select * from int_consents__latest
