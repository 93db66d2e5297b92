{{ config(severity='warn', meta={'dagster': {'ref': {'name': 'dim_accounts'}}}) }}

-- They are kept and indexed under the id as given; the CRM export or the id in the source wants mending.
select account_id
from {{ ref('dim_accounts') }}
where not is_in_crm
