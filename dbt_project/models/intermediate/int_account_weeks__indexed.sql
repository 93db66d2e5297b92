with

cells as (
    select * from {{ ref('fct_jsi_cells') }}
    where account_id is not null
),

accounts as (
    select account_id from {{ ref('dim_accounts') }}
),

-- Unrounded: receipts, drivers and gates start from here.
int_account_weeks__indexed as (
    {{ jsi_index(keys=['account_id'], cells='cells', spine='accounts') | indent(4) }}
)

select * from int_account_weeks__indexed
