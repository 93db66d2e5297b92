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

-- A survey that says what it asks about (survey/trial/csat) has the stage of that, whatever its kind.
mapped as (
    select
        *,
        regexp_replace(touchpoint, '^(survey/[^/]+)/[^/]+$', '\1') as mapped_touchpoint
    from with_touchpoint
),

-- Everything as of the touch. The survivor's history speaks first, then that of the id as it was given.
int_touches__placed as (
    select
        mapped.*,
        case
            when mapped.is_customer
                then coalesce(person.role, given_person.role, 'unknown')
            else 'unknown'
        end as role,
        coalesce(touchpoint_stages.stage, stage.stage, given_stage.stage, 'unknown') as stage,
        coalesce(mapped.ticket_product_line, account.product_line, given_account.product_line)
            as product_line,
        coalesce(account.segment, given_account.segment) as segment,
        coalesce(account.region, given_account.region) as region
    from mapped
    left join touchpoint_stages
        on
            mapped.mapped_touchpoint = touchpoint_stages.touchpoint
            and {{ in_force('touchpoint_stages', 'mapped.occurred_at') }}
    left join account_histories as account
        on
            mapped.account_id = account.account_id
            and {{ in_force('account', 'mapped.occurred_at') }}
    left join account_histories as given_account
        on
            mapped.account_id_as_given = given_account.account_id
            and {{ in_force('given_account', 'mapped.occurred_at') }}
    left join stage_histories as stage
        on
            mapped.account_id = stage.account_id
            and {{ in_force('stage', 'mapped.occurred_at') }}
    left join stage_histories as given_stage
        on
            mapped.account_id_as_given = given_stage.account_id
            and {{ in_force('given_stage', 'mapped.occurred_at') }}
    left join person_histories as person
        on
            mapped.person_id = person.person_id
            and {{ in_force('person', 'mapped.occurred_at') }}
    left join person_histories as given_person
        on
            mapped.person_id_as_given = given_person.person_id
            and {{ in_force('given_person', 'mapped.occurred_at') }}
)

select * from int_touches__placed
