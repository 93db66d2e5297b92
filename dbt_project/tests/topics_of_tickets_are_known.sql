{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'policy_touchpoint_stages'}}}) }}

-- A topic that neither the policy nor the company map knows is published as ticket/other: how many there are.
select distinct lower(trim(tickets.topic)) as topic
from {{ ref('stg_tickets') }} as tickets
where
    tickets.topic is not null
    and 'ticket/' || lower(trim(tickets.topic))
    not in (select policy.touchpoint from {{ ref('policy_touchpoint_stages') }} as policy)
    and 'ticket/' || lower(trim(tickets.topic))
    not in (select words.word from {{ ref('stg_words') }} as words where words.usage = 'touchpoint')
