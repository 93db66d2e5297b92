-- noqa: disable=layout.indent
{#
What leaves as a mart: rounded, suppressed where too few people speak, with the trend in words.
Belongs here: the columns every jsi_by_* has. Does not: how they are computed (jsi_index).
#}

{% macro jsi_published(keys, indexed, is_group=false) %}
{%- set scores = ['jsi', 'jsi_raw', 'jsi_low', 'jsi_high', 'evidence'] -%}
select
    {% for key in keys -%}
    indexed.{{ key }},
    {% endfor -%}
    indexed.week_on,
    {% for score in scores -%}
    case when indexed.evidence_level != 'suppressed' then {{ published('indexed.' ~ score, 4) }} end as {{ score }},
    {% endfor -%}
    indexed.evidence_level,
    indexed.is_stale,
    -- A change counts when it is beyond chance and at least half of what accounts differ by anyway.
    case
        when not indexed.has_trend or indexed.evidence_level = 'suppressed' then 'insufficient'
        when
            abs(indexed.trend_z) > indexed.trend_min_abs_z
            and abs(indexed.trend_delta)
            >= indexed.trend_min_share_of_spread * coalesce(spread.account_spread, 0)
            then if(indexed.trend_delta > 0, 'improving', 'declining')
        else 'no clear change'
    end as trend,
    {% set shown -%}indexed.has_trend and indexed.evidence_level != 'suppressed'{%- endset -%}
    case when {{ shown }} then {{ published('indexed.trend_z', 4) }} end as trend_z,
    case when {{ shown }} then {{ published('indexed.trend_delta', 4) }} end as trend_delta,
    case when {{ shown }} then {{ published('indexed.trend_delta - indexed.trend_margin', 4) }} end as trend_low,
    case when {{ shown }} then {{ published('indexed.trend_delta + indexed.trend_margin', 4) }} end as trend_high,
    indexed.n_touches,
    indexed.n_touches_week,
    {% if is_group -%}
    indexed.n_people,
    indexed.n_accounts,
    {% endif -%}
    indexed.last_touch_at,
    indexed.policy_version,
    indexed.model_version
from {{ indexed }} as indexed
left join {{ ref('int_account_spreads__measured') }} as spread
    on indexed.week_on = spread.week_on
{% endmacro %}
