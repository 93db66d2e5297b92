with

people as (
    select
        source,
        person_id,
        reason
    from {{ ref('int_people__seen') }}
    where reason is not null
),

touches as (
    select
        source,
        person_id_as_given as person_id,
        unlinked_reason as reason,
        count(*) as n_unlinked,
        max(occurred_at) as last_touch_at
    from {{ ref('int_touches__weighted') }}
    where account_id is null
    group by all
),

identity_unmatched as (
    select
        coalesce(people.source, touches.source) as source,
        coalesce(people.person_id, touches.person_id) as person_id,
        coalesce(people.reason, touches.reason) as reason,
        people.person_id is not null as is_unmatched_person,
        coalesce(touches.n_unlinked, 0) as n_unlinked,
        touches.last_touch_at
    from people
    full outer join touches
        on
            people.source = touches.source
            and people.person_id = touches.person_id
            and people.reason = touches.reason
)

select * from identity_unmatched
