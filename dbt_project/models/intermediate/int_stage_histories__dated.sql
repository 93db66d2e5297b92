with

entries as (
    select * from {{ ref('stg_stage_history') }}
),

int_stage_histories__dated as (
    select
        account_id,
        stage,
        entered_at as valid_from,
        lead(entered_at) over (partition by account_id order by entered_at) as valid_to
    from entries
)

select * from int_stage_histories__dated
