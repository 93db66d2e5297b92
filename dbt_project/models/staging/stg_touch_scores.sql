with

scores as (
    select * from {{ source('scored', 'touch_scores') }}
),

-- What an earlier version of the platform wrote does not say by which taxonomy.
with_taxonomies as (
    select * from scores
    union all by name
    select cast(null as text) as taxonomy_version
    where false
),

-- A row delivered twice has one hash and one score.
distinct_scores as (
    select * from with_taxonomies
    qualify row_number() over (partition by table_name, row_hash order by model_version desc) = 1
),

stg_touch_scores as (
    select
        table_name,
        row_hash,
        text_hash,
        text_redacted,
        channel,
        language,
        emotion,
        resolution,
        null_reason,
        model_version,
        taxonomy_version,
        intents,
        root_causes,
        evidence_words,
        cast(sentiment as integer) as sentiment,
        p_negative,
        p_neutral,
        p_positive,
        confidence,
        emotion_intensity,
        effort
    from distinct_scores
)

select * from stg_touch_scores
