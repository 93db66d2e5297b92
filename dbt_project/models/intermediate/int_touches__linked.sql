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

people as (
    select * from {{ ref('stg_person_keys') }}
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

with_person as (
    select
        with_ticket.*,
        merged_people.person_id as canonical_person_id,
        people.account_id as found_account_id,
        people.matched_by as person_matched_by,
        people.reason as unmatched_reason
    from with_ticket
    left join people
        on with_ticket.person_id_as_given = people.person_id
    left join merged_people
        on with_ticket.person_id_as_given = merged_people.given_person_id
),

-- The person's account at the time; before the first row of a history, the first one known. Ids win: what an
-- address gives away is asked only where no id names an account.
with_account as (
    select
        with_person.*,
        coalesce(
            with_person.named_account_id,
            at_the_time.account_id,
            at_first.account_id,
            canonical_at_the_time.account_id,
            canonical_at_first.account_id,
            with_person.found_account_id
        ) as account_id_as_given,
        case
            when with_person.named_account_id is not null then with_person.given_by
            when coalesce(at_the_time.account_id, at_first.account_id) is not null then 'id'
            else with_person.person_matched_by
        end as found_by
    from with_person
    left join person_histories as at_the_time
        on
            with_person.person_id_as_given = at_the_time.person_id
            and {{ in_force('at_the_time', 'with_person.occurred_at') }}
    left join person_histories as at_first
        on
            with_person.person_id_as_given = at_first.person_id
            and at_first.is_first
    left join person_histories as canonical_at_the_time
        on
            with_person.canonical_person_id = canonical_at_the_time.person_id
            and {{ in_force('canonical_at_the_time', 'with_person.occurred_at') }}
    left join person_histories as canonical_at_first
        on
            with_person.canonical_person_id = canonical_at_first.person_id
            and canonical_at_first.is_first
),

-- Merged ids follow to the survivor. A deleted account or person has no index: the touch stays, unlinked.
with_survivors as (
    select
        with_account.*,
        merged_accounts.matched_by as account_matched_by,
        case
            when deleted_accounts.account_id is null
                then coalesce(merged_accounts.account_id, with_account.account_id_as_given)
        end as account_id,
        case
            when deleted_people.person_id is null
                then coalesce(with_account.canonical_person_id, with_account.person_id_as_given)
        end as person_id
    from with_account
    left join merged_accounts
        on with_account.account_id_as_given = merged_accounts.given_account_id
    left join deleted_accounts
        on
            coalesce(merged_accounts.account_id, with_account.account_id_as_given)
            = deleted_accounts.account_id
    left join deleted_people
        on
            coalesce(with_account.canonical_person_id, with_account.person_id_as_given)
            = deleted_people.person_id
),

-- The weakest step on the way to the account is the one to doubt.
int_touches__linked as (
    select
        *,
        case
            when account_id is null then 'none'
            when 'domain' in (found_by, account_matched_by) then 'domain'
            when found_by = 'email' then 'email'
            when 'merge' in (found_by, account_matched_by) then 'merge'
            else 'id'
        end as matched_by,
        case
            when account_id is not null then null
            when account_id_as_given is not null then 'deleted_account'
            when person_id_as_given is null then 'names_nobody'
            else coalesce(unmatched_reason, 'no_account')
        end as unlinked_reason
    from with_survivors
)

select * from int_touches__linked
