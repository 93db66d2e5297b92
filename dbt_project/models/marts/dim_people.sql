with

histories as (
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

touches as (
    select * from {{ ref('int_touches__weighted') }}
    where person_id is not null and is_customer
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

current_rows as (
    select histories.*
    from histories
    cross join refresh
    qualify row_number() over (
        partition by histories.person_id
        order by
            histories.valid_from <= refresh.as_of desc, abs(epoch(histories.valid_from - refresh.as_of)) asc
    ) = 1
),

-- The account of someone whom only touches know: that of the last touch.
heard as (
    select
        person_id,
        arg_max(account_id, occurred_at) as account_id
    from touches
    group by person_id
),

ids as (
    select current_rows.person_id
    from current_rows
    left join merged_people
        on current_rows.person_id = merged_people.given_person_id
    where merged_people.given_person_id is null

    union

    select person_id from heard
),

dim_people as (
    select
        ids.person_id,
        coalesce(
            merged_accounts.account_id, current_rows.account_id, people.account_id, heard.account_id
        ) as account_id,
        coalesce(current_rows.role, 'unknown') as role,
        current_rows.person_id is not null as is_in_crm
    from ids
    left join current_rows
        on ids.person_id = current_rows.person_id
    left join heard
        on ids.person_id = heard.person_id
    left join people
        on ids.person_id = people.person_id
    left join merged_accounts
        on current_rows.account_id = merged_accounts.given_account_id
)

select * from dim_people
