with

messages as (
    select * from {{ ref('stg_messages') }}
),

floors as (
    select * from {{ ref('policy_transcript_floors') }}
),

turns as (
    select
        *,
        author_kind = 'customer' as is_customer,
        author_kind in ('agent', 'bot') as is_company,
        -- No call is longer than eleven days; a turn without a length says nothing of when it was said.
        start_s >= 0 and end_s > start_s and end_s < 1e6 as is_timed
    from messages
    where call_id is not null
),

-- Times in whole milliseconds: sums of them are exact in any order.
edges as (
    select
        call_id,
        cast(round(start_s * 1000) as bigint) as at_ms,
        cast(is_customer as integer) as n_customer_begin,
        cast(is_company as integer) as n_company_begin,
        1 as n_begin,
        0 as n_customer_end,
        0 as n_company_end,
        0 as n_end
    from turns
    where is_timed
    union all
    select
        call_id,
        cast(round(end_s * 1000) as bigint) as at_ms,
        0 as n_customer_begin,
        0 as n_company_begin,
        0 as n_begin,
        cast(is_customer as integer) as n_customer_end,
        cast(is_company as integer) as n_company_end,
        1 as n_end
    from turns
    where is_timed
),

moments as (
    select
        call_id,
        at_ms,
        sum(n_customer_begin) as n_customer_begin,
        sum(n_company_begin) as n_company_begin,
        sum(n_customer_begin - n_customer_end) as n_customer_more,
        sum(n_company_begin - n_company_end) as n_company_more,
        sum(n_begin - n_end) as n_more
    from edges
    group by call_id, at_ms
),

-- From one moment at which somebody begins or ends to the next: who speaks in between.
stretches as (
    select
        call_id,
        n_customer_begin,
        n_company_begin,
        lead(at_ms) over (partition by call_id order by at_ms) - at_ms as ms,
        sum(n_customer_more) over (partition by call_id order by at_ms) as n_customers,
        sum(n_company_more) over (partition by call_id order by at_ms) as n_company,
        sum(n_more) over (partition by call_id order by at_ms) as n_speaking
    from moments
),

-- Who begins at the moment at which the other side begins or ends interrupts nobody.
cues as (
    select
        call_id,
        coalesce(sum(case when n_customers > 0 then ms end), 0) as customer_ms,
        coalesce(sum(case when n_company > 0 then ms end), 0) as company_ms,
        coalesce(sum(case when n_customers > 0 and n_company > 0 then ms end), 0) as overlap_ms,
        coalesce(max(case when n_speaking = 0 then ms end), 0) as silence_ms,
        sum(case when n_company > n_company_begin then n_customer_begin else 0 end) as n_by_customer,
        sum(case when n_customers > n_customer_begin then n_company_begin else 0 end) as n_by_company
    from stretches
    group by call_id
),

calls as (
    select
        call_id,
        count(*) as n_turns,
        {{ exact_sum('transcript_confidence') }} / nullif(count(transcript_confidence), 0)
            as transcript_confidence,
        count(case when author_kind = 'unknown' then 1 end) / count(*) as unknown_speaker_share,
        bool_or(author_kind = 'withheld') as is_withheld,
        min(coalesce('ticket:' || ticket_id, 'conversation:' || conversation_id, 'message:' || message_id))
            as episode_id,
        min(source) as source,
        min(sent_at) as started_at,
        max(sent_at) as last_turn_at
    from turns
    group by call_id
),

-- What two sides do to each other is unknown where only one of them was timed.
int_calls__described as (
    select
        calls.call_id,
        calls.episode_id,
        calls.source,
        calls.n_turns,
        case when cues.customer_ms > 0 and cues.company_ms > 0 then cues.n_by_customer end
            as n_interruptions_by_customer,
        case when cues.customer_ms > 0 and cues.company_ms > 0 then cues.n_by_company end
            as n_interruptions_by_company,
        (cues.customer_ms + cues.company_ms - cues.overlap_ms) / 1000 as talk_seconds,
        case
            when cues.customer_ms > 0 and cues.company_ms > 0
                then cues.overlap_ms / (cues.customer_ms + cues.company_ms - cues.overlap_ms)
        end as overlap_share,
        case
            when cues.customer_ms > 0 and cues.company_ms > 0
                then cues.customer_ms / (cues.customer_ms + cues.company_ms)
        end as customer_talk_share,
        cues.silence_ms / 1000 as longest_silence_seconds,
        calls.transcript_confidence,
        calls.unknown_speaker_share,
        calls.is_withheld,
        case
            when calls.transcript_confidence < floors.min_confidence then 'confidence'
            when calls.unknown_speaker_share > floors.max_unknown_share then 'speakers'
        end as floor_missed,
        calls.started_at,
        calls.last_turn_at
    from calls
    left join cues
        on calls.call_id = cues.call_id
    left join floors
        on {{ in_force('floors', 'calls.started_at') }}
)

select * from int_calls__described
