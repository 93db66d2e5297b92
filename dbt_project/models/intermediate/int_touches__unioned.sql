with

survey_responses as (
    select * from {{ ref('stg_survey_responses') }}
),

messages as (
    select * from {{ ref('stg_messages') }}
),

invitations as (
    select * from {{ ref('stg_invitations') }}
),

tickets as (
    select * from {{ ref('stg_tickets') }}
),

touch_scores as (
    select * from {{ ref('stg_touch_scores') }}
),

calls as (
    select * from {{ ref('int_calls__described') }}
),

ratings as (
    select * from {{ ref('int_ratings__normalised') }}
),

ticket_verdicts as (
    select * from {{ ref('int_tickets__judged') }}
),

usage_verdicts as (
    select * from {{ ref('int_usage__judged') }}
),

poor_transcripts as (
    select messages.row_hash
    from messages
    inner join calls
        on messages.call_id = calls.call_id
    where calls.floor_missed is not null
),

-- What a transcript below the floor seems to say is not what was said.
readings as (
    select
        touch_scores.table_name,
        touch_scores.row_hash,
        touch_scores.model_version,
        case when poor_transcripts.row_hash is null then touch_scores.sentiment end as sentiment,
        case when poor_transcripts.row_hash is null then touch_scores.confidence end as confidence,
        case when poor_transcripts.row_hash is null then touch_scores.effort end as effort,
        case when poor_transcripts.row_hash is null then touch_scores.root_causes end as root_causes,
        coalesce(touch_scores.null_reason, case when poor_transcripts.row_hash is not null then 'quality' end)
            as null_reason
    from touch_scores
    left join poor_transcripts
        on
            touch_scores.table_name = 'messages'
            and touch_scores.row_hash = poor_transcripts.row_hash
),

answers as (
    select
        survey_responses.*,
        coalesce(survey_responses.account_id, invitations.account_id) as linked_account_id,
        coalesce(survey_responses.person_id, invitations.person_id) as linked_person_id,
        coalesce('ticket:' || survey_responses.ticket_id, 'survey:' || survey_responses.response_id)
            as episode_id
    from survey_responses
    left join invitations
        on survey_responses.invitation_id = invitations.invitation_id
),

conversations as (
    select
        *,
        coalesce(
            'ticket:' || ticket_id, 'conversation:' || conversation_id, 'message:' || message_id
        ) as episode_id
    from messages
),

survey_ratings as (
    select
        's:' || response_id as touch_id,
        episode_id,
        ticket_id,
        linked_account_id as given_account_id,
        linked_person_id as given_person_id,
        source,
        'survey' as channel,
        'survey/' || coalesce(touchpoint || '/', '') || survey_type as usual_touchpoint,
        'solicited' as feedback_kind,
        survey_type,
        'rating' as signal,
        cast(null as text) as text_table,
        cast(null as text) as text_row_hash,
        cast(null as text) as rule_id,
        cast(null as text) as verdict,
        'id' as given_by,
        true as is_customer,
        answered_at as occurred_at,
        loaded_at
    from answers
),

survey_verbatims as (
    select
        'sv:' || response_id as touch_id,
        episode_id,
        ticket_id,
        linked_account_id as given_account_id,
        linked_person_id as given_person_id,
        source,
        'survey' as channel,
        'survey/' || coalesce(touchpoint || '/', '') || survey_type as usual_touchpoint,
        'solicited' as feedback_kind,
        survey_type,
        'text' as signal,
        'survey_responses' as text_table,
        row_hash as text_row_hash,
        cast(null as text) as rule_id,
        cast(null as text) as verdict,
        'id' as given_by,
        true as is_customer,
        answered_at as occurred_at,
        loaded_at
    from answers
    where has_verbatim
),

message_texts as (
    select
        'm:' || message_id as touch_id,
        episode_id,
        ticket_id,
        account_id as given_account_id,
        person_id as given_person_id,
        source,
        channel,
        channel as usual_touchpoint,
        'unsolicited' as feedback_kind,
        cast(null as text) as survey_type,
        'text' as signal,
        'messages' as text_table,
        row_hash as text_row_hash,
        cast(null as text) as rule_id,
        cast(null as text) as verdict,
        'id' as given_by,
        -- A note among ourselves is nobody's feedback, whoever is named as its author.
        author_kind = 'customer' and coalesce(is_public, true) as is_customer,
        sent_at as occurred_at,
        loaded_at
    from conversations
),

message_ratings as (
    select
        'mr:' || message_id as touch_id,
        episode_id,
        ticket_id,
        account_id as given_account_id,
        person_id as given_person_id,
        source,
        channel,
        channel as usual_touchpoint,
        'unsolicited' as feedback_kind,
        cast(null as text) as survey_type,
        'rating' as signal,
        cast(null as text) as text_table,
        cast(null as text) as text_row_hash,
        cast(null as text) as rule_id,
        cast(null as text) as verdict,
        'id' as given_by,
        true as is_customer,
        sent_at as occurred_at,
        loaded_at
    from conversations
    where rating is not null and author_kind = 'customer'
),

ticket_behaviours as (
    select
        ticket_verdicts.touch_id,
        ticket_verdicts.episode_id,
        ticket_verdicts.ticket_id,
        tickets.account_id as given_account_id,
        tickets.person_id as given_person_id,
        tickets.source,
        case
            when ticket_verdicts.rule_id in ('first_response', 'resolution') then 'service'
            else 'ticket'
        end as channel,
        'service/' || ticket_verdicts.rule_id as usual_touchpoint,
        'inferred' as feedback_kind,
        cast(null as text) as survey_type,
        'rule' as signal,
        cast(null as text) as text_table,
        cast(null as text) as text_row_hash,
        ticket_verdicts.rule_id,
        ticket_verdicts.verdict,
        'id' as given_by,
        true as is_customer,
        ticket_verdicts.occurred_at,
        tickets.loaded_at
    from ticket_verdicts
    inner join tickets
        on ticket_verdicts.ticket_id = tickets.ticket_id
),

usage_behaviours as (
    select
        touch_id,
        episode_id,
        cast(null as text) as ticket_id,
        account_id as given_account_id,
        person_id as given_person_id,
        source,
        'product' as channel,
        'usage/' || metric as usual_touchpoint,
        'inferred' as feedback_kind,
        cast(null as text) as survey_type,
        'rule' as signal,
        cast(null as text) as text_table,
        cast(null as text) as text_row_hash,
        rule_id,
        verdict,
        matched_by as given_by,
        true as is_customer,
        occurred_at,
        loaded_at
    from usage_verdicts
),

touches as (
    select * from survey_ratings
    union all
    select * from survey_verbatims
    union all
    select * from message_texts
    union all
    select * from message_ratings
    union all
    select * from ticket_behaviours
    union all
    select * from usage_behaviours
),

-- The fact keeps every touch, heard or not: a text without a score says why.
int_touches__unioned as (
    select
        touches.touch_id,
        touches.episode_id,
        touches.ticket_id,
        touches.given_account_id,
        touches.given_person_id,
        touches.source,
        touches.channel,
        touches.usual_touchpoint,
        touches.feedback_kind,
        touches.survey_type,
        touches.signal,
        touches.text_table,
        touches.text_row_hash,
        touches.rule_id,
        touches.verdict,
        touches.given_by,
        touches.is_customer,
        ratings.native_score,
        ratings.native_scale,
        ratings.sentiment as rating_sentiment,
        ratings.effort as rating_effort,
        readings.sentiment as text_sentiment,
        readings.confidence as text_confidence,
        readings.effort as text_effort,
        readings.root_causes,
        readings.null_reason as text_null_reason,
        readings.model_version,
        touches.occurred_at,
        touches.loaded_at
    from touches
    left join ratings
        on touches.touch_id = ratings.touch_id
    left join readings
        on
            touches.text_table = readings.table_name
            and touches.text_row_hash = readings.row_hash
)

select * from int_touches__unioned
