with

touches as (
    select * from {{ ref('int_touches__unioned') }}
),

tickets as (
    select * from {{ ref('stg_tickets') }}
),

person_histories as (
    select * from {{ ref('int_person_histories__dated') }}
),

merged_people as (
    select * from {{ ref('int_people__merged') }}
),

merged_accounts as (
    select * from {{ ref('int_accounts__merged') }}
),

deleted_people as (
    select * from {{ ref('stg_deleted_people') }}
),

deleted_accounts as (
    select * from {{ ref('stg_deleted_accounts') }}
),

-- A customer's line on a ticket that names nobody is taken for the requester's. Who answered is not kept.
with_ticket as (
    select
        touches.*,
        case
            when touches.is_customer then coalesce(touches.given_person_id, tickets.person_id)
        end as person_id_as_given,
        coalesce(touches.given_account_id, tickets.account_id) as named_account_id,
        case when tickets.ticket_id is not null then coalesce(tickets.priority, 'normal') end as priority,
        tickets.is_escalated,
        tickets.product_line as ticket_product_line,
        lower(trim(tickets.topic)) as topic
    from touches
    left join tickets
        on touches.ticket_id = tickets.ticket_id
),

-- The person's account at the time; before the first row of a history, the first one known.
with_account as (
    select
        with_ticket.*,
        coalesce(with_ticket.named_account_id, at_the_time.account_id, at_first.account_id)
            as account_id_as_given
    from with_ticket
    left join person_histories as at_the_time
        on
            with_ticket.person_id_as_given = at_the_time.person_id
            and {{ in_force('at_the_time', 'with_ticket.occurred_at') }}
    left join person_histories as at_first
        on
            with_ticket.person_id_as_given = at_first.person_id
            and at_first.is_first
),

-- Merged ids follow to the survivor. A deleted account or person has no index: the touch stays, unlinked.
int_touches__linked as (
    select
        with_account.*,
        case
            when deleted_accounts.account_id is null
                then coalesce(merged_accounts.account_id, with_account.account_id_as_given)
        end as account_id,
        case
            when deleted_people.person_id is null
                then coalesce(merged_people.person_id, with_account.person_id_as_given)
        end as person_id
    from with_account
    left join merged_accounts
        on with_account.account_id_as_given = merged_accounts.given_account_id
    left join merged_people
        on with_account.person_id_as_given = merged_people.given_person_id
    left join deleted_accounts
        on
            coalesce(merged_accounts.account_id, with_account.account_id_as_given)
            = deleted_accounts.account_id
    left join deleted_people
        on coalesce(merged_people.person_id, with_account.person_id_as_given) = deleted_people.person_id
)

select * from int_touches__linked
