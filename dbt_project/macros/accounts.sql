-- noqa: disable=layout.indent
{#
What an account is called beyond raw. Belongs here: putting the keyed hash in the place of an id that tells a person.
Does not: which ids do (storage/account_keys.py), names of accounts (stg_words), which accounts are one.
#}

{#
The rows of a raw table with account_id as it is published. Where rows are told apart by their account (is_key), two
spellings of one address are one account's, and the newer row counts.
#}
{% macro with_account_keys(table, is_key=false) -%}
select
    deliveries.* replace (
        coalesce(account_keys.account_key, deliveries.account_id) as account_id
        {%- if is_key %},
        case
            when account_keys.account_key is null then deliveries.row_key
            else account_keys.account_key || substr(deliveries.row_key, length(deliveries.account_id) + 1)
        end as row_key
        {%- endif %}
    )
from {{ source('raw', table) }} as deliveries
left join {{ source('raw', 'account_keys') }} as account_keys
    on deliveries.account_id = account_keys.account_id
{%- endmacro %}
