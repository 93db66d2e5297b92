{{ config(meta={'dagster': {'ref': {'name': 'listening_posts'}}}) }}

-- Each stage and source once, no stage left out, and as many touches as the fact knows up to the as-of.
with

posts as (
    select * from {{ ref('listening_posts') }}
),

heard as (
    select count(touches.sentiment) as n_touches
    from {{ ref('fct_touches') }} as touches
    inner join {{ ref('stg_refresh') }} as refresh
        on touches.occurred_at <= refresh.as_of
),

counted as (
    select
        coalesce(sum(n_touches), 0) as n_touches,
        coalesce(sum(n_solicited + n_unsolicited + n_inferred), 0) as n_of_a_kind
    from posts
)

select 'listed twice: ' || stage as fault
from posts
group by stage, source
having count(*) > 1

union all

select 'left out: ' || stages.stage as fault
from {{ ref('dim_stages') }} as stages
left join posts
    on stages.stage = posts.stage
where posts.stage is null and stages.stage != 'unknown'

union all

select 'touches lost or doubled' as fault
from heard
cross join counted
where heard.n_touches != counted.n_touches or heard.n_touches != counted.n_of_a_kind
