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

-- What of the account's feeling was asked for, said unasked or read from behaviour.
heard as (
    select
        touches.account_id,
        count(case when touches.feedback_kind = 'solicited' then 1 end) as n_solicited,
        count(case when touches.feedback_kind = 'unsolicited' then 1 end) as n_unsolicited,
        count(case when touches.feedback_kind = 'inferred' then 1 end) as n_inferred
    from touches
    inner join refresh
        on touches.occurred_at <= refresh.as_of
    where touches.account_id is not null and touches.sentiment is not null
    group by touches.account_id
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
        contracts.has_no_rate,
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

-- Which columns anyone ever filled: an export without the column leaves it empty for every account.
filled as (
    select
        count(*) as n_rows,
        count(segment) as n_segment,
        count(arr_usd) as n_arr,
        count(created_on) as n_created,
        (select count(*) from contracts) as n_contracts
    from histories
),

listed as (
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
        current_stages.stage_entered_at,
        coalesce(current_rows.has_no_rate, false) or coalesce(renewals.has_no_rate, false) as has_no_rate,
        coalesce(heard.n_solicited, 0) as n_solicited,
        coalesce(heard.n_unsolicited, 0) as n_unsolicited,
        coalesce(heard.n_inferred, 0) as n_inferred
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
    left join heard
        on ids.account_id = heard.account_id
),

-- Absence stays null, and a word says why.
reasoned as (
    select
        listed.*,
        case
            when filled.n_rows = 0 then 'not_delivered'
            when not listed.is_in_crm then 'not_in_crm'
        end as why_no_row,
        case when filled.n_segment = 0 then 'column_absent' else 'not_filled' end as why_no_segment,
        case
            when listed.has_no_rate then 'currency_without_rate'
            when filled.n_arr = 0 then 'column_absent'
            else 'not_filled'
        end as why_no_arr,
        case when filled.n_created = 0 then 'column_absent' else 'not_filled' end as why_no_start,
        case
            when filled.n_contracts = 0 then 'not_delivered'
            when not listed.is_in_crm then 'not_in_crm'
            else 'no_contract'
        end as why_no_renewal
    from listed
    cross join filled
),

dim_accounts as (
    select
        * exclude (has_no_rate, why_no_row, why_no_segment, why_no_arr, why_no_start, why_no_renewal),
        case when segment is null then coalesce(why_no_row, why_no_segment) end as segment_null_reason,
        case when arr_usd is null then coalesce(why_no_row, why_no_arr) end as arr_null_reason,
        case when created_on is null then coalesce(why_no_row, why_no_start) end as created_null_reason,
        case when renews_on is null then why_no_renewal end as renews_null_reason
    from reasoned
)

select * from dim_accounts
