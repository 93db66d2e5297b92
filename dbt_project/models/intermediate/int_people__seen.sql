{% set tables = ['people', 'invitations', 'survey_responses', 'tickets', 'messages', 'usage', 'consents'] %}

with

-- Who answered on our side is no customer to match.
named as (
    {% for table in tables %}
    select distinct
        source,
        person_id
    from {{ ref('stg_' ~ table) }}
    where person_id is not null {{ "and author_kind = 'customer'" if table == 'messages' }}
    {{ 'union' if not loop.last }}
    {% endfor %}
),

people as (
    select * from {{ ref('stg_person_keys') }}
),

int_people__seen as (
    select
        named.source,
        named.person_id,
        people.matched_by,
        people.reason
    from named
    inner join people
        on named.person_id = people.person_id
)

select * from int_people__seen
