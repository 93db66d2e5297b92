with

calls as (
    select * from {{ ref('int_calls__described') }}
),

messages as (
    select * from {{ ref('stg_messages') }}
),

touches as (
    select * from {{ ref('fct_touches') }}
),

versions as (
    select * from {{ ref('int_policy_versions__dated') }}
),

of_touches as (
    select
        messages.call_id,
        min(touches.account_id) as account_id,
        bool_or(touches.null_reason = 'no_consent') as is_refused
    from messages
    inner join touches
        on touches.touch_id = 'm:' || messages.message_id
    where messages.call_id is not null
    group by messages.call_id
),

reasoned as (
    select
        calls.*,
        of_touches.account_id,
        case
            when calls.is_withheld or coalesce(of_touches.is_refused, false) then 'no_consent'
            when calls.floor_missed is not null then 'quality'
            when coalesce(calls.talk_seconds, 0) = 0 then 'empty'
        end as null_reason
    from calls
    left join of_touches
        on calls.call_id = of_touches.call_id
),

-- How a call went that may not be kept or cannot be read is not told; that it was held is, and the reason.
call_cues as (
    select
        reasoned.call_id,
        reasoned.episode_id,
        reasoned.account_id,
        reasoned.source,
        reasoned.started_at,
        reasoned.last_turn_at,
        cast(reasoned.n_turns as bigint) as n_turns,
        case when reasoned.null_reason is null then round(reasoned.talk_seconds, 3) end as talk_seconds,
        case
            when reasoned.null_reason is null then {{ published('reasoned.customer_talk_share', 4) }}
        end as customer_talk_share,
        case
            when reasoned.null_reason is null then {{ published('reasoned.overlap_share', 4) }}
        end as overlap_share,
        case when reasoned.null_reason is null then cast(reasoned.n_interruptions_by_customer as bigint) end
            as n_interruptions_by_customer,
        case when reasoned.null_reason is null then cast(reasoned.n_interruptions_by_company as bigint) end
            as n_interruptions_by_company,
        case when reasoned.null_reason is null then round(reasoned.longest_silence_seconds, 3) end
            as longest_silence_seconds,
        case
            when coalesce(reasoned.null_reason, 'heard') != 'no_consent'
                then {{ published('reasoned.transcript_confidence', 4) }}
        end as transcript_confidence,
        case
            when coalesce(reasoned.null_reason, 'heard') != 'no_consent'
                then {{ published('reasoned.unknown_speaker_share', 4) }}
        end as unknown_speaker_share,
        reasoned.null_reason,
        case when reasoned.null_reason = 'quality' then reasoned.floor_missed end as floor_missed,
        versions.policy_version
    from reasoned
    left join versions
        on {{ in_force('versions', 'reasoned.started_at') }}
)

select * from call_cues
