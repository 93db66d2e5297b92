with

touches as (
    select
        *,
        -- A refused text is not looked up. (As a join condition this would compare every pair of rows.)
        case when coalesce(null_reason, 'heard') != 'no_consent' then text_row_hash end as heard_row_hash
    from {{ ref('int_touches__weighted') }}
),

touch_scores as (
    select * from {{ ref('stg_touch_scores') }}
),

-- What the text says beside its sentiment is looked up here: nothing before needs it.
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
        touch_scores.evidence_words,
        touches.confidence,
        touch_scores.emotion,
        touch_scores.emotion_intensity,
        coalesce(touch_scores.intents, cast([] as varchar[])) as intents,
        touches.root_cause,
        touches.effort,
        touches.effort_source,
        coalesce(touch_scores.resolution, 'unknown') as resolution,
        touches.severity,
        touches.weight_fresh,
        touches.episode_share,
        touches.half_life_days,
        touch_scores.text_redacted,
        touches.null_reason,
        touches.rule_id,
        touches.model_version,
        touches.policy_version
    from touches
    left join touch_scores
        on
            touches.text_table = touch_scores.table_name
            and touches.heard_row_hash = touch_scores.row_hash
)

select * from fct_touches
