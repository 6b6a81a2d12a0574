-- One row per customer and day of a run: the stage as it was seen on that day. A later run adds its own day.
{{ config(materialized='incremental', unique_key=['as_of', 'customer_id']) }}

SELECT DATE '{{ var("as_of") }}' AS as_of, customer_id, lifecycle_stage, importance_tier, customer_value
FROM {{ ref('customers') }}
