with

consents as (
    select * from {{ ref('stg_consents') }}
),

merged_people as (
    select * from {{ ref('int_people__merged') }}
),

-- Of two words at one moment the refusal counts.
words as (
    select
        coalesce(merged_people.person_id, consents.person_id) as person_id,
        consents.purpose,
        consents.recorded_at,
        min(consents.state) as state
    from consents
    left join merged_people
        on consents.person_id = merged_people.given_person_id
    group by all
),

dated as (
    select
        *,
        lead(recorded_at) over (partition by person_id, purpose order by recorded_at) as replaced_at,
        last_value(state) over (
            partition by person_id, purpose order by recorded_at
            rows between unbounded preceding and unbounded following
        ) as last_state,
        bool_or(state = 'granted') over (partition by person_id, purpose) as was_granted
    from words
),

-- What was said while a refusal held is never heard. Whose last word refuses is not heard at all, whatever
-- day the refresh speaks of: it reads today.
int_consents__refused as (
    select
        person_id,
        purpose,
        'refused_meanwhile' as reason,
        recorded_at as valid_from,
        replaced_at as valid_to
    from dated
    where state = 'denied' and last_state = 'granted'

    union all

    select distinct
        person_id,
        purpose,
        case when was_granted then 'withdrawn' else 'refused' end as reason,
        timestamp '0001-01-01 00:00:00' as valid_from,
        cast(null as timestamp) as valid_to
    from dated
    where last_state = 'denied'
)

select * from int_consents__refused
