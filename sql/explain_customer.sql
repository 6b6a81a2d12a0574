-- Everything known about one customer, step by step: purchases, gaps, rhythm, every rule in its order with its numbers, the
-- date of the next change, and what they would be after an order today.
CREATE MACRO audience.explain_customer(orders, customer_id, order_date, amount, customer, as_of := NULL, filter := true, just_ordered_days := 30) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options('explain_customer', just_ordered_days, 180)
), __histories AS MATERIALIZED (
    FROM audience.__histories(orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    FROM audience.__fit('__histories', as_of, NULL)
), __rows AS (
    SELECT order_date::DATE AS __day, amount AS __amount, customer_id AS __id
    FROM query_table(orders)
    WHERE filter
), __log AS MATERIALIZED (
    SELECT __audience_purchase_log(__day, __amount) AS __log
    FROM __rows, __fit
    WHERE __id = customer AND __day <= __as_of
), __steps AS (
    SELECT coalesce(nullif(__audience_explain_customer(__log, __model, __as_of, __just_ordered_days), []), [{
               'topic': 'customer', 'value': NULL::VARCHAR,
               'explanation': concat('No purchase of customer ', coalesce(customer::VARCHAR, 'NULL'), ' up to ', __as_of, '.')}]) AS __steps
    FROM __log, __fit, __options
)
SELECT generate_subscripts(__steps, 1) AS step, unnest(__steps).topic AS topic, unnest(__steps).value AS value, unnest(__steps).explanation AS explanation
FROM __steps
ORDER BY step;
