with

policy_versions as (
    select * from {{ ref('policy_versions') }}
),

-- A version holds until the next begins.
int_policy_versions__dated as (
    select
        policy_version,
        valid_from,
        lead(valid_from) over (order by valid_from) as valid_to
    from policy_versions
)

select * from int_policy_versions__dated
