with

deliveries as (
    {{ with_keys('accounts', is_key=true) | indent(4) }}
),

refresh as (
    select as_of at time zone 'UTC' as as_of from {{ ref('stg_refresh') }}
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

-- Without this list a deletion would look like an unknown id.
stg_deleted_accounts as (
    select latest.account_id
    from latest
    cross join refresh
    group by latest.account_id
    having {{ is_deleted_by('latest', 'refresh.as_of') }}
)

select * from stg_deleted_accounts
