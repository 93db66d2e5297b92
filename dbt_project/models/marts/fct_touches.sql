with

touches as (
    select * from {{ ref('int_touches__weighted') }}
),

fct_touches as (
    select
        touch_id,
        episode_id,
        source,
        channel,
        touchpoint,
        feedback_kind,
        occurred_at,
        loaded_at,
        account_id,
        person_id,
        role,
        stage,
        product_line,
        segment,
        region,
        sentiment,
        sentiment_source,
        native_score,
        native_scale,
        evidence_words,
        confidence,
        emotion,
        emotion_intensity,
        intents,
        root_cause,
        effort,
        effort_source,
        resolution,
        severity,
        weight_fresh,
        episode_share,
        half_life_days,
        text_redacted,
        null_reason,
        rule_id,
        model_version,
        policy_version
    from touches
)

select * from fct_touches
