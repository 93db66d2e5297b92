with

touches as (
    select * from {{ ref('int_touches__linked') }}
),

account_histories as (
    select * from {{ ref('int_account_histories__dated') }}
),

person_histories as (
    select * from {{ ref('int_person_histories__dated') }}
),

stage_histories as (
    select * from {{ ref('int_stage_histories__dated') }}
),

touchpoint_stages as (
    select * from {{ ref('policy_touchpoint_stages') }}
),

with_touchpoint as (
    select
        *,
        case
            when topic is not null and (signal = 'text' or channel = 'ticket') and channel != 'survey'
                then 'ticket/' || topic
            else usual_touchpoint
        end as touchpoint
    from touches
),

-- Everything as of the touch. The survivor's history speaks first, then that of the id as it was given.
int_touches__placed as (
    select
        with_touchpoint.*,
        case
            when with_touchpoint.is_customer
                then coalesce(person.role, given_person.role, 'unknown')
            else 'unknown'
        end as role,
        coalesce(touchpoint_stages.stage, stage.stage, given_stage.stage, 'unknown') as stage,
        coalesce(with_touchpoint.ticket_product_line, account.product_line, given_account.product_line)
            as product_line,
        coalesce(account.segment, given_account.segment) as segment,
        coalesce(account.region, given_account.region) as region
    from with_touchpoint
    left join touchpoint_stages
        on
            with_touchpoint.touchpoint = touchpoint_stages.touchpoint
            and {{ in_force('touchpoint_stages', 'with_touchpoint.occurred_at') }}
    left join account_histories as account
        on
            with_touchpoint.account_id = account.account_id
            and {{ in_force('account', 'with_touchpoint.occurred_at') }}
    left join account_histories as given_account
        on
            with_touchpoint.account_id_as_given = given_account.account_id
            and {{ in_force('given_account', 'with_touchpoint.occurred_at') }}
    left join stage_histories as stage
        on
            with_touchpoint.account_id = stage.account_id
            and {{ in_force('stage', 'with_touchpoint.occurred_at') }}
    left join stage_histories as given_stage
        on
            with_touchpoint.account_id_as_given = given_stage.account_id
            and {{ in_force('given_stage', 'with_touchpoint.occurred_at') }}
    left join person_histories as person
        on
            with_touchpoint.person_id = person.person_id
            and {{ in_force('person', 'with_touchpoint.occurred_at') }}
    left join person_histories as given_person
        on
            with_touchpoint.person_id_as_given = given_person.person_id
            and {{ in_force('given_person', 'with_touchpoint.occurred_at') }}
)

select * from int_touches__placed
