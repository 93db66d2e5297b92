with

tickets as (
    select * from {{ ref('stg_tickets') }}
),

verdicts as (
    select * from {{ ref('int_tickets__judged') }}
),

messages as (
    select * from {{ ref('stg_messages') }}
),

effort_signals as (
    select * from {{ ref('policy_effort_signals') }}
),

statuses as (
    select * from {{ ref('policy_ticket_statuses') }}
),

-- Calls about a ticket count as much as mails: what the customer had to do is what matters.
channels_taken as (
    select
        ticket_id,
        count(distinct channel) - 1 as n_further_channels
    from messages
    where ticket_id is not null and author_kind = 'customer'
    group by ticket_id
),

kept_and_broken as (
    select
        ticket_id,
        count(case when rule_id = 'repeated_contact' then 1 end) as n_repeated,
        count(case when rule_id = 'first_response' and verdict = 'bad' then 1 end) as n_late_replies,
        count(case when rule_id = 'resolution' and verdict = 'bad' then 1 end) as n_late_solutions,
        count(case when rule_id in ('first_response', 'resolution') and verdict = 'good' then 1 end) as n_kept
    from verdicts
    group by ticket_id
),

-- Nothing known of a ticket's course is no smooth course: such a ticket tells no effort.
courses as (
    select
        tickets.ticket_id,
        tickets.created_at,
        coalesce(tickets.n_transfers, 0) as n_transfers,
        coalesce(tickets.n_reopens, 0) as n_reopens,
        coalesce(kept_and_broken.n_repeated, 0) as n_repeated,
        coalesce(kept_and_broken.n_late_replies, 0) as n_late_replies,
        coalesce(kept_and_broken.n_late_solutions, 0) as n_late_solutions,
        coalesce(channels_taken.n_further_channels, 0) as n_further_channels,
        coalesce(
            kept_and_broken.n_kept = 2 and tickets.n_transfers + tickets.n_reopens = 0
            and kept_and_broken.n_repeated = 0, false
        ) as is_smooth,
        tickets.n_transfers is not null
        or tickets.n_reopens is not null
        or kept_and_broken.ticket_id is not null as is_known
    from tickets
    left join kept_and_broken
        on tickets.ticket_id = kept_and_broken.ticket_id
    left join channels_taken
        on tickets.ticket_id = channels_taken.ticket_id
),

counted as (
    select
        courses.ticket_id,
        effort_signals.points,
        effort_signals.most_points,
        case effort_signals.signal
            when 'typical' then 1
            when 'transfer' then courses.n_transfers
            when 'reopen' then courses.n_reopens
            when 'repeated_contact' then courses.n_repeated
            when 'late_first_response' then courses.n_late_replies
            when 'late_resolution' then courses.n_late_solutions
            when 'further_channel' then courses.n_further_channels
            when 'smooth' then cast(courses.is_smooth as integer)
        end as n_times
    from courses
    inner join effort_signals
        on {{ in_force('effort_signals', 'courses.created_at') }}
    where courses.is_known
),

efforts as (
    select
        ticket_id,
        -- Eighths of a point and coarser: sums of them are exact in any order.
        least(7, greatest(1, sum(case
            when points < 0 then greatest(points * n_times, most_points)
            else least(points * n_times, most_points)
        end))) as effort
    from counted
    group by ticket_id
),

int_tickets__described as (
    select
        tickets.ticket_id,
        efforts.effort,
        case
            when statuses.resolution is not null then statuses.resolution
            when tickets.resolved_at is not null then 'resolved'
        end as resolution
    from tickets
    left join efforts
        on tickets.ticket_id = efforts.ticket_id
    left join statuses
        on
            lower(trim(tickets.status)) = statuses.status
            and {{ in_force('statuses', 'tickets.created_at') }}
)

select * from int_tickets__described
