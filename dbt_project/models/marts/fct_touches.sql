with

touches as (
    select
        *,
        -- A refused text is not looked up. (As a join condition this would compare every pair of rows.)
        case when coalesce(null_reason, 'heard') != 'no_consent' then text_row_hash end as heard_row_hash,
        case when null_reason is null then text_row_hash end as read_row_hash,
        bool_or(effort_source = 'asked') over (partition by episode_id) as is_effort_asked
    from {{ ref('int_touches__weighted') }}
),

touch_scores as (
    select * from {{ ref('stg_touch_scores') }}
),

tickets as (
    select * from {{ ref('int_tickets__described') }}
),

-- What the text and the ticket say beside the sentiment is looked up here: nothing before needs it.
-- Effort that somebody was asked for in the episode is not guessed at.
fct_touches as (
    select
        touches.touch_id,
        touches.episode_id,
        touches.source,
        touches.channel,
        touches.touchpoint,
        touches.feedback_kind,
        touches.occurred_at,
        touches.loaded_at,
        touches.account_id,
        touches.person_id,
        touches.matched_by,
        touches.unlinked_reason,
        touches.role,
        touches.stage,
        touches.product_line,
        touches.segment,
        touches.region,
        touches.sentiment,
        touches.sentiment_source,
        touches.native_score,
        touches.native_scale,
        readings.evidence_words,
        touches.confidence,
        readings.emotion,
        readings.emotion_intensity,
        coalesce(readings.intents, cast([] as varchar[])) as intents,
        touches.root_cause,
        case
            when touches.effort is not null then touches.effort
            when touches.null_reason is null and not coalesce(touches.is_effort_asked, false)
                then tickets.effort
        end as effort,
        case
            when touches.effort is not null then touches.effort_source
            when
                touches.null_reason is null and not coalesce(touches.is_effort_asked, false)
                and tickets.effort is not null
                then 'inferred'
        end as effort_source,
        coalesce(tickets.resolution, readings.resolution, 'unknown') as resolution,
        touches.severity,
        touches.weight_fresh,
        touches.episode_share,
        touches.half_life_days,
        texts.text_redacted,
        touches.null_reason,
        touches.rule_id,
        touches.model_version,
        touches.policy_version
    from touches
    left join touch_scores as texts
        on
            touches.text_table = texts.table_name
            and touches.heard_row_hash = texts.row_hash
    left join touch_scores as readings
        on
            touches.text_table = readings.table_name
            and touches.read_row_hash = readings.row_hash
    left join tickets
        on touches.ticket_id = tickets.ticket_id
)

select * from fct_touches
