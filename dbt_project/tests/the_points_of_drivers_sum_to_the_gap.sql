{{ config(meta={'dagster': {'ref': {'name': 'drivers'}}}) }}

-- Of each kind of driver, in each scope: all points together are the index less its baseline (points are rounded to
-- six decimals, the index to four).
select
    scope_kind,
    scope,
    driver_kind,
    sum(points) as points,
    any_value(jsi - baseline_jsi) as gap
from {{ ref('drivers') }}
group by scope_kind, scope, driver_kind
having abs(sum(points) - any_value(jsi - baseline_jsi)) > 1e-3
