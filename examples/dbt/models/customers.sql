-- One row per customer, with stage, tier and value. The relation's name is a text, so ref() stands in quotes.
FROM audience.customers('{{ ref("stg_orders") }}', customer_id, order_date, amount, as_of := '{{ var("as_of") }}')
