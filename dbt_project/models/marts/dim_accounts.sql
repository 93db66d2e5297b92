with

histories as (
    select * from {{ ref('int_account_histories__dated') }}
),

merged_accounts as (
    select * from {{ ref('int_accounts__merged') }}
),

touches as (
    select * from {{ ref('int_touches__weighted') }}
),

stage_histories as (
    select * from {{ ref('int_stage_histories__dated') }}
),

contracts as (
    select * from {{ ref('stg_contracts') }}
),

refresh as (
    select * from {{ ref('stg_refresh') }}
),

-- What the CRM says now: the row in force, or the first one of an account that is still to come.
current_rows as (
    select histories.*
    from histories
    cross join refresh
    qualify row_number() over (
        partition by histories.account_id
        order by
            histories.valid_from <= refresh.as_of desc, abs(epoch(histories.valid_from - refresh.as_of)) asc
    ) = 1
),

-- Merged accounts live on in the survivor, deleted ones nowhere; an id that only touches know is kept.
ids as (
    select current_rows.account_id
    from current_rows
    left join merged_accounts
        on current_rows.account_id = merged_accounts.given_account_id
    where merged_accounts.given_account_id is null

    union

    select account_id
    from touches
    where account_id is not null
),

merge_counts as (
    select
        account_id,
        count(*) as n_merged_ids
    from merged_accounts
    group by account_id
),

current_stages as (
    select
        stage_histories.account_id,
        stage_histories.stage,
        stage_histories.valid_from as stage_entered_at
    from stage_histories
    cross join refresh
    where {{ in_force('stage_histories', 'refresh.as_of') }}
),

survivor_contracts as (
    select
        contracts.contract_id,
        contracts.renews_on,
        contracts.outcome,
        contracts.outcome_on,
        contracts.arr_usd,
        coalesce(merged_accounts.account_id, contracts.account_id) as account_id,
        contracts.outcome is null and contracts.renews_on >= refresh.as_of as is_ahead
    from contracts
    cross join refresh
    left join merged_accounts
        on contracts.account_id = merged_accounts.given_account_id
),

-- The renewal to look at: the next open one, else the last one known.
renewals as (
    select * from survivor_contracts
    qualify row_number() over (
        partition by account_id
        order by
            is_ahead desc,
            case when is_ahead then renews_on end asc,
            renews_on desc,
            contract_id asc
    ) = 1
),

dim_accounts as (
    select
        ids.account_id,
        current_rows.account_name,
        current_rows.parent_account_id,
        current_rows.segment,
        current_rows.region,
        current_rows.product_line,
        coalesce(current_stages.stage, 'unknown') as stage,
        renewals.outcome as last_outcome,
        coalesce(current_rows.arr_usd, renewals.arr_usd) as arr_usd,
        coalesce(merge_counts.n_merged_ids, 0) as n_merged_ids,
        current_rows.account_id is not null as is_in_crm,
        coalesce(renewals.outcome = 'churned' and renewals.outcome_on <= refresh.as_of, false) as is_churned,
        current_rows.created_on,
        renewals.renews_on,
        case when renewals.outcome = 'churned' then renewals.outcome_on end as churned_on,
        current_stages.stage_entered_at
    from ids
    cross join refresh
    left join current_rows
        on ids.account_id = current_rows.account_id
    left join current_stages
        on ids.account_id = current_stages.account_id
    left join renewals
        on ids.account_id = renewals.account_id
    left join merge_counts
        on ids.account_id = merge_counts.account_id
)

select * from dim_accounts
