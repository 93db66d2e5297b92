with

-- One touch counts once in each dimension; what is not known has a value of its own.
cells as (
    {% for dimension in ['company', 'segment', 'region', 'product_line', 'channel'] %}
    select
        '{{ dimension }}' as dimension,
        {{ "'all'" if dimension == 'company' else "coalesce(" ~ dimension ~ ", 'unknown')" }} as value,
        *
    from {{ ref('fct_jsi_cells') }}
    {{ 'union all' if not loop.last }}
    {% endfor %}
),

-- The company has every week, also where nothing was heard.
groups as (
    select distinct
        dimension,
        value
    from cells

    union

    select
        'company' as dimension,
        'all' as value
),

indexed as (
    {{ jsi_index(keys=['dimension', 'value'], cells='cells', spine='groups', is_group=true) | indent(4) }}
),

jsi_by_segment_week as (
    {{ jsi_published(keys=['dimension', 'value'], indexed='indexed', is_group=true) | indent(4) }}
)

select * from jsi_by_segment_week
