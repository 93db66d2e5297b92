with

touches as (
    select * from {{ ref('int_touches__placed') }}
),

refused as (
    select * from {{ ref('int_consents__refused') }}
),

rules as (
    select * from {{ ref('policy_behaviour_rules') }}
),

with_reason as (
    select
        touches.*,
        rules.confidence as rule_confidence,
        rules.root_cause as rule_root_cause,
        case touches.verdict
            when 'bad' then rules.sentiment_if_bad
            when 'steady' then rules.sentiment_if_steady
            when 'good' then rules.sentiment_if_good
        end as rule_sentiment,
        case
            -- Whose words are withheld or whose speaker no file has named yet was told before they were read.
            when not touches.is_customer
                then case
                    when touches.text_null_reason in ('no_consent', 'speaker_unknown')
                        then touches.text_null_reason
                    else 'author'
                end
            -- Here the person is known by ticket, invitation and merge too, not only by the row's own id.
            when touches.signal in ('text', 'rating') and refusals.person_id is not null then 'no_consent'
            when touches.channel = 'call' and call_refusals.person_id is not null then 'no_consent'
            when touches.signal = 'text' and touches.text_sentiment is null
                then coalesce(touches.text_null_reason, 'no_model')
            when touches.signal = 'rating' and touches.rating_sentiment is null then 'quality'
        end as null_reason,
        -- A refusal of all feedback is told first; a call may be closed by anyone who speaks in it.
        case
            when refusals.person_id is not null then refusals.reason
            when touches.channel = 'call' then 'recording_' || coalesce(call_refusals.reason, 'refused')
            else 'refused'
        end as refusal
    from touches
    left join refused as refusals
        on
            touches.person_id = refusals.person_id
            and refusals.purpose = 'feedback_analysis'
            and {{ in_force('refusals', 'touches.occurred_at') }}
    left join refused as call_refusals
        on
            touches.person_id = call_refusals.person_id
            and call_refusals.purpose = 'call_recording'
            and {{ in_force('call_refusals', 'touches.occurred_at') }}
    left join rules
        on
            touches.rule_id = rules.rule_id
            and {{ in_force('rules', 'touches.occurred_at') }}
),

-- Missing is never neutral: no sentiment without a source, none missing without a reason.
judged as (
    select
        *,
        case
            when null_reason is not null then null
            when signal = 'rating' then rating_sentiment
            when signal = 'rule' then rule_sentiment
            else text_sentiment
        end as sentiment,
        case
            when null_reason is not null then null
            when signal = 'rating' then 1.0
            when signal = 'rule' then rule_confidence
            else text_confidence
        end as confidence
    from with_reason
),

-- A verdict to which the policy gives no sentiment (steady, on time) is no touch.
int_touches__judged as (
    select
        touch_id,
        episode_id,
        source,
        channel,
        touchpoint,
        feedback_kind,
        account_id,
        person_id,
        person_id_as_given,
        matched_by,
        unlinked_reason,
        role,
        stage,
        product_line,
        segment,
        region,
        survey_type,
        ticket_id,
        priority,
        is_escalated,
        signal,
        text_table,
        text_row_hash,
        is_customer,
        rule_id,
        sentiment,
        confidence,
        null_reason,
        case when null_reason = 'no_consent' then refusal end as refusal,
        case
            when sentiment is null then null
            when signal = 'text' then 'model'
            else signal
        end as sentiment_source,
        case when null_reason = 'no_consent' then null else native_score end as native_score,
        native_scale,
        case
            when null_reason = 'no_consent' then cast([] as varchar[])
            when signal = 'rule' and verdict = 'bad' and rule_root_cause is not null then [rule_root_cause]
            else coalesce(root_causes, cast([] as varchar[]))
        end as root_cause,
        case
            when null_reason is not null then null
            else coalesce(rating_effort, text_effort)
        end as effort,
        case
            when null_reason is not null then null
            when rating_effort is not null then 'asked'
            when text_effort is not null then 'inferred'
        end as effort_source,
        model_version,
        occurred_at,
        loaded_at
    from judged
    where signal != 'rule' or sentiment is not null
)

select * from int_touches__judged
