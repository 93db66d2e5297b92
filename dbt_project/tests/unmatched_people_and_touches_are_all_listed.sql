{{ config(meta={'dagster': {'ref': {'name': 'identity_unmatched'}}}) }}

-- The list is as long as the counts say: nothing is dropped, nothing is listed twice.
with

listed as (
    select
        source,
        count(*) filter (where is_unmatched_person) as n_unmatched,
        sum(n_unlinked) as n_unlinked
    from {{ ref('identity_unmatched') }}
    group by source
)

select matches.source
from {{ ref('identity_matches') }} as matches
left join listed
    on matches.source = listed.source
where
    coalesce(listed.n_unmatched, 0) != matches.n_unmatched
    or coalesce(listed.n_unlinked, 0) != matches.n_unlinked
