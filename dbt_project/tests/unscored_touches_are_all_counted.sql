-- Every touch without a sentiment is counted once, under the reason that stands beside it.
with

told as (
    select
        channel,
        null_reason,
        count(*) as n_touches
    from {{ ref('fct_touches') }}
    where sentiment is null
    group by channel, null_reason
),

counted as (
    select
        channel,
        null_reason,
        sum(n_touches) as n_touches
    from {{ ref('unscored_touches') }}
    group by channel, null_reason
)

select
    coalesce(told.channel, counted.channel) as channel,
    coalesce(told.null_reason, counted.null_reason) as null_reason
from told
full outer join counted
    on
        told.channel = counted.channel
        and told.null_reason = counted.null_reason
where told.n_touches is distinct from counted.n_touches
