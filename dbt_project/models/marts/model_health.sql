with

touches as (
    select * from {{ ref('int_touches__weighted') }}
    where signal = 'text' and is_customer
),

weeks as (
    select * from {{ ref('int_weeks__published') }}
),

touch_scores as (
    select * from {{ ref('stg_touch_scores') }}
),

taxonomies as (
    select
        model_version,
        max(taxonomy_version) as taxonomy_version
    from touch_scores
    group by model_version
),

-- Texts of customers a week and channel: what the model said and how often it said nothing.
model_health as (
    select
        touches.week_on,
        touches.channel,
        coalesce(touches.model_version, 'none') as model_version,
        count(*) as n_texts,
        count(touches.sentiment) as n_scored,
        count(case when touches.sentiment = -1 then 1 end) / nullif(count(touches.sentiment), 0)
            as share_negative,
        count(case when touches.sentiment = 0 then 1 end) / nullif(count(touches.sentiment), 0)
            as share_neutral,
        count(case when touches.sentiment = 1 then 1 end) / nullif(count(touches.sentiment), 0)
            as share_positive,
        round({{ exact_sum('touches.confidence') }} / nullif(count(touches.confidence), 0), 6)
            as mean_confidence,
        1 - count(touches.sentiment) / count(*) as share_null,
        coalesce(max(taxonomies.taxonomy_version), 'unknown') as taxonomy_version
    from touches
    inner join weeks
        on touches.week_on = weeks.week_on
    left join taxonomies
        on touches.model_version = taxonomies.model_version
    group by touches.week_on, touches.channel, coalesce(touches.model_version, 'none')
)

select * from model_health
