with

tickets as (
    select * from {{ ref('stg_tickets') }}
),

merged_accounts as (
    select * from {{ ref('int_accounts__merged') }}
),

service_levels as (
    select * from {{ ref('stg_service_levels') }}
),

rules as (
    select * from {{ ref('policy_behaviour_rules') }}
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

linked as (
    select
        tickets.*,
        lower(trim(tickets.topic)) as cause,
        coalesce(merged_accounts.account_id, tickets.account_id) as survivor_id
    from tickets
    left join merged_accounts
        on tickets.account_id = merged_accounts.given_account_id
),

-- The account's own promise, else the default that names no account.
promised as (
    select
        linked.ticket_id,
        linked.source,
        linked.created_at,
        rules.rule_id,
        case rules.metric
            when 'first_response' then linked.first_reply_at
            when 'resolution' then linked.resolved_at
        end as done_at,
        linked.created_at
        + to_microseconds(cast(60e6 * coalesce(own.target_minutes, general.target_minutes) as bigint))
            as due_at
    from linked
    inner join rules
        on
            rules.signal = 'service_level'
            and {{ in_force('rules', 'linked.created_at') }}
    left join service_levels as own
        on
            linked.survivor_id = own.account_id
            and rules.metric = own.metric
    left join service_levels as general
        on
            general.account_id is null
            and rules.metric = general.metric
    where coalesce(own.target_minutes, general.target_minutes) is not null
),

-- Where a source never says when such work was done, no ticket of it can be late: unknown is not broken.
watched as (
    select
        *,
        bool_or(done_at is not null) over (partition by source, rule_id) as is_told_when_done
    from promised
),

-- A promise is kept when the work is done, and broken at the moment it falls due.
service_verdicts as (
    select
        watched.ticket_id,
        watched.rule_id,
        case when watched.done_at <= watched.due_at then 'good' else 'bad' end as verdict,
        case
            when watched.done_at <= watched.due_at then greatest(watched.done_at, watched.created_at)
            else watched.due_at
        end as occurred_at
    from watched
    cross join refresh
    where watched.done_at is not null or (watched.is_told_when_done and watched.due_at <= refresh.as_of)
),

complaints as (
    select
        linked.ticket_id,
        rules.rule_id,
        'bad' as verdict,
        linked.created_at as occurred_at
    from linked
    inner join rules
        on
            rules.signal = 'complaint'
            and linked.cause = rules.metric
            and {{ in_force('rules', 'linked.created_at') }}
),

-- One person (or an account that names none) about one topic; a complaint names no topic of its own.
contacts as (
    select
        linked.*,
        lag(linked.created_at) over (
            partition by coalesce(linked.person_id, linked.survivor_id), linked.cause
            order by linked.created_at, linked.ticket_id
        ) as previous_contact_at
    from linked
    where
        linked.cause is not null
        and coalesce(linked.person_id, linked.survivor_id) is not null
        and not exists (
            select 1
            from rules
            where rules.signal = 'complaint' and rules.metric = linked.cause
        )
),

repeated_contacts as (
    select
        contacts.ticket_id,
        rules.rule_id,
        'bad' as verdict,
        contacts.created_at as occurred_at
    from contacts
    inner join rules
        on
            rules.signal = 'repeated_contact'
            and {{ in_force('rules', 'contacts.created_at') }}
    where {{ days_between('contacts.previous_contact_at', 'contacts.created_at') }} <= rules.window_days
),

verdicts as (
    select * from service_verdicts
    union all
    select * from complaints
    union all
    select * from repeated_contacts
),

int_tickets__judged as (
    select
        't:' || verdicts.ticket_id || ':' || verdicts.rule_id as touch_id,
        'ticket:' || verdicts.ticket_id as episode_id,
        verdicts.ticket_id,
        verdicts.rule_id,
        verdicts.verdict,
        verdicts.occurred_at
    from verdicts
)

select * from int_tickets__judged
