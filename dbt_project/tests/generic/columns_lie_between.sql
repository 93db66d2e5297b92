{# Each of the columns lies within the limits where it is known; an open limit is not judged. #}
{% test columns_lie_between(model, columns, at_least=none, at_most=none) %}
select *
from {{ model }}
where
    false
    {% for column in columns -%}
    {% if at_least is not none %}or {{ column }} < {{ at_least }}{% endif %}
    {% if at_most is not none %}or {{ column }} > {{ at_most }}{% endif %}
    {% endfor %}
{% endtest %}
