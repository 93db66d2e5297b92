{# A condition holds on every row; a row on which it is unknown fails too. #}
{% test rows_satisfy(model, condition) %}
select *
from {{ model }}
where ({{ condition }}) is not true
{% endtest %}
