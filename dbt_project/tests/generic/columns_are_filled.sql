{# None of the columns is ever null: one scan for all of them. #}
{% test columns_are_filled(model, columns) %}
select *
from {{ model }}
where {% for column in columns %}{{ column }} is null{{ ' or ' if not loop.last }}{% endfor %}
{% endtest %}
