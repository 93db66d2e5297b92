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

words as (
    select * from {{ ref('stg_words') }}
),

known_touchpoints as (
    select touchpoint from touchpoint_stages
    union
    select word as touchpoint from words
    where usage = 'touchpoint'
),

-- A survey that says what it asks about (survey/trial/csat) is at that, whatever its kind.
named as (
    select
        *,
        case
            when channel = 'survey' then regexp_replace(usual_touchpoint, '^(survey/.+)/[^/]+$', '\1', 's')
            when topic is not null and (signal = 'text' or channel = 'ticket') then 'ticket/' || topic
            else usual_touchpoint
        end as named_touchpoint
    from touches
),

-- Vendors let people write topics freely: one that neither the policy nor the company map knows is not told.
mapped as (
    select
        named.*,
        case
            when known_touchpoints.touchpoint is not null or named.named_touchpoint = named.usual_touchpoint
                then named.named_touchpoint
            when named.channel = 'survey' then 'survey/' || named.survey_type
            else 'ticket/other'
        end as mapped_touchpoint
    from named
    left join known_touchpoints
        on named.named_touchpoint = known_touchpoints.touchpoint
),

-- Everything as of the touch. The survivor's history speaks first, then that of the id as it was given.
int_touches__placed as (
    select
        mapped.*,
        case
            when mapped.channel = 'survey' and mapped.mapped_touchpoint = mapped.named_touchpoint
                then mapped.usual_touchpoint
            else mapped.mapped_touchpoint
        end as touchpoint,
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
