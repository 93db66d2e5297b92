{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'dim_people'}}}) }}

-- They are kept under the id as given; their role is unknown, so they weigh less than they might.
select person_id
from {{ ref('dim_people') }}
where not is_in_crm
