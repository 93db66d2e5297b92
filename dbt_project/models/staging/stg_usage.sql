with

deliveries as (
    {{ with_keys('usage', is_key=true) | indent(4) }}
),

person_keys as (
    select * from {{ source('raw', 'person_keys') }}
),

withheld as (
    select * from {{ ref('stg_words') }}
    where usage = 'withheld'
),

latest as (
    select * from deliveries
    qualify {{ newest_version_first() }} = 1
),

stg_usage as (
    select
        latest.account_id,
        person_keys.person_key as person_id,
        coalesce(withheld.published_as, latest.metric) as metric,
        latest.value,
        latest.source,
        latest.row_hash,
        latest.used_on,
        latest.loaded_at at time zone 'UTC' as loaded_at
    from latest
    left join person_keys
        on latest.person_id = person_keys.person_id
    left join withheld
        on latest.metric = withheld.word
    where not coalesce(latest.is_deleted, false)
)

select * from stg_usage
