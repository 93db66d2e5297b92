with

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

messages as (
    select * from {{ ref('stg_messages') }}
),

survey_scales as (
    select * from {{ ref('policy_survey_scales') }}
),

ratings as (
    select
        's:' || response_id as touch_id,
        survey_type,
        score,
        scale_min,
        scale_max,
        higher_is_better,
        answered_at as occurred_at
    from survey_responses

    union all

    -- The stars of a review: by the contract more stars are better.
    select
        'mr:' || message_id as touch_id,
        'review' as survey_type,
        rating as score,
        rating_min as scale_min,
        rating_max as scale_max,
        true as higher_is_better,
        sent_at as occurred_at
    from messages
    where rating is not null and author_kind = 'customer'
),

placed_on_scale as (
    select
        *,
        (score - scale_min) / nullif(scale_max - scale_min, 0) as share_of_range
    from ratings
),

-- A named scale is read in its own numbers, any other as a share of its range with the good end at 1.
matched as (
    select
        placed_on_scale.*,
        coalesce(named.negative_from, other.negative_from) as negative_from,
        coalesce(named.negative_to, other.negative_to) as negative_to,
        coalesce(named.positive_from, other.positive_from) as positive_from,
        coalesce(named.positive_to, other.positive_to) as positive_to,
        case
            when named.survey_type is not null then placed_on_scale.score
            when placed_on_scale.higher_is_better then placed_on_scale.share_of_range
            else 1 - placed_on_scale.share_of_range
        end as reading
    from placed_on_scale
    left join survey_scales as named
        on
            placed_on_scale.survey_type = named.survey_type
            and placed_on_scale.scale_min = named.scale_min
            and placed_on_scale.scale_max = named.scale_max
            and placed_on_scale.higher_is_better = named.higher_is_better
            and {{ in_force('named', 'placed_on_scale.occurred_at') }}
    left join survey_scales as other
        on
            other.survey_type = 'any'
            and {{ in_force('other', 'placed_on_scale.occurred_at') }}
),

-- The 1e-9 keeps a share such as 2/5 on its own side of a limit of 0.4.
int_ratings__normalised as (
    select
        touch_id,
        score as native_score,
        printf('%g', scale_min) || ' to ' || printf('%g', scale_max)
        || case when higher_is_better then ', higher is better' else ', lower is better' end as native_scale,
        case
            when reading is null or higher_is_better is null then null
            when reading between negative_from - 1e-9 and negative_to + 1e-9 then -1
            when reading between positive_from - 1e-9 and positive_to + 1e-9 then 1
            else 0
        end as sentiment,
        case
            when survey_type != 'ces' then null
            when higher_is_better then 7 - 6 * share_of_range
            else 1 + 6 * share_of_range
        end as effort
    from matched
)

select * from int_ratings__normalised
