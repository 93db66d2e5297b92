with

accounts as (
    select * from {{ ref('stg_accounts') }}
),

-- A row without valid_from holds since ever, each row until the next.
int_account_histories__dated as (
    select
        account_id,
        account_name,
        parent_account_id,
        segment,
        region,
        product_line,
        arr_usd,
        has_no_rate,
        created_on,
        coalesce(valid_from, timestamp '1900-01-01') as valid_from,
        lead(valid_from) over (partition by account_id order by valid_from nulls first) as valid_to
    from accounts
)

select * from int_account_histories__dated
