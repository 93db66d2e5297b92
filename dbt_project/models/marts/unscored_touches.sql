with

touches as (
    select * from {{ ref('int_touches__weighted') }}
),

-- What was heard and has no sentiment, by the reason; why consent is missing stands apart.
unscored_touches as (
    select
        channel,
        null_reason,
        refusal,
        count(*) as n_touches,
        min(occurred_at) as first_touch_at,
        max(occurred_at) as last_touch_at
    from touches
    where null_reason is not null
    group by channel, null_reason, refusal
)

select * from unscored_touches
