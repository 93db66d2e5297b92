with

people as (
    select * from {{ ref('int_people__seen') }}
),

touches as (
    select * from {{ ref('int_touches__weighted') }}
),

accounts as (
    select * from {{ ref('dim_accounts') }}
),

people_counts as (
    select
        source,
        count(*) as n_people,
        count(*) filter (where matched_by = 'id') as n_by_id,
        count(*) filter (where matched_by = 'merge') as n_by_merge,
        count(*) filter (where matched_by = 'email') as n_by_email,
        count(*) filter (where matched_by = 'domain') as n_by_domain,
        count(*) filter (where matched_by = 'none') as n_unmatched
    from people
    group by source
),

touch_counts as (
    select
        touches.source,
        count(*) as n_touches,
        count(touches.account_id) as n_linked,
        count(*) filter (where touches.account_id is null) as n_unlinked,
        count(*) filter (where not accounts.is_in_crm) as n_of_unknown_accounts
    from touches
    left join accounts
        on touches.account_id = accounts.account_id
    group by touches.source
),

identity_matches as (
    select
        coalesce(people_counts.source, touch_counts.source) as source,
        coalesce(people_counts.n_people, 0) as n_people,
        coalesce(people_counts.n_by_id, 0) as n_by_id,
        coalesce(people_counts.n_by_merge, 0) as n_by_merge,
        coalesce(people_counts.n_by_email, 0) as n_by_email,
        coalesce(people_counts.n_by_domain, 0) as n_by_domain,
        coalesce(people_counts.n_unmatched, 0) as n_unmatched,
        round(1 - people_counts.n_unmatched / people_counts.n_people, 4) as match_rate,
        coalesce(touch_counts.n_touches, 0) as n_touches,
        coalesce(touch_counts.n_linked, 0) as n_linked,
        coalesce(touch_counts.n_unlinked, 0) as n_unlinked,
        coalesce(touch_counts.n_of_unknown_accounts, 0) as n_of_unknown_accounts
    from people_counts
    full outer join touch_counts
        on people_counts.source = touch_counts.source
)

select * from identity_matches
