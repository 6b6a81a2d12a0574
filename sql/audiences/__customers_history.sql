-- The customers at the end of every period, each with the row that audience.customers gives as of that day. The rows of
-- a period come together. A period without a customer has one row, with its days and whether it is only for comparison.
CREATE MACRO audience.__customers_history(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    every,
    since,
    until,
    filter
) AS TABLE
WITH __logs AS MATERIALIZED (
    FROM audience.__logs(caller, orders, customer_id, order_date, amount, until, filter)
), __periods AS MATERIALIZED (
    FROM audience.__history_periods(caller, '__logs', every, since, until)
), __dates AS MATERIALIZED (
    SELECT list(__end ORDER BY __end) AS __dates FROM __periods
), __models AS MATERIALIZED (
    SELECT __dates, __audience_history_models(caller, __log, __dates) AS __models
    FROM __logs, __dates
    GROUP BY __dates
), __valued AS MATERIALIZED (
    SELECT __customer, __then.period_end AS __end, __then.history AS __history, __then.value AS __value
    FROM (SELECT __customer, unnest(__audience_history_values(caller, __log, __dates, __models)) AS __then FROM __logs, __models)
), __importance AS (
    SELECT __end, __audience_importance(caller, __history.purchases > 1, __value.customer_value).vip_value AS __vip_value
    FROM __valued
    GROUP BY __end
), __fits AS (
    SELECT unnest(__dates) AS __end, unnest(__models) AS __model FROM __models
), __known AS MATERIALIZED (
    SELECT * FROM __fits JOIN __importance USING (__end)
), __ranked AS (
    SELECT *, CASE WHEN __value.customer_value IS NOT NULL
                   THEN rank() OVER (PARTITION BY __end ORDER BY __value.customer_value DESC NULLS LAST) END AS __rank
    FROM __valued
), __judged AS (
    SELECT __end, __customer, __history, __value, __rank,
           __audience_lifecycle(caller, __history, __model, __end, 30, 180, NULL) AS __lifecycle,
           __audience_importance_tier(caller, __history, __model, __value.customer_value, __vip_value) AS __tier
    FROM __ranked JOIN __known USING (__end)
)
SELECT NULL::DATE AS __start, __end, NULL::BOOLEAN AS __shown, {
    'customer_id': __customer,
    'lifecycle_stage': __lifecycle.lifecycle_stage,
    'importance_tier': __tier,
    'purchases': __history.purchases,
    'revenue': __history.revenue,
    'average_purchase_value': __history.revenue / __history.purchases,
    'first_order_date': __history.first_order_date,
    'last_order_date': __history.last_order_date,
    'silence_days': __lifecycle.silence_days,
    'usual_gap_days': __lifecycle.usual_gap_days,
    'alive_probability': __lifecycle.alive_probability,
    'return_probability': __lifecycle.return_probability,
    'expected_purchases': __value.expected_purchases,
    'expected_revenue': __value.expected_revenue,
    'customer_value': __value.customer_value,
    'value_rank': __rank,
    'next_order_date': __lifecycle.next_order_date,
    'next_stage': __lifecycle.next_stage,
    'next_stage_date': __lifecycle.next_stage_date,
    'reason': __audience_explain_lifecycle(caller, __lifecycle, __history, 30, 180)
} AS __row
FROM __judged
UNION ALL
SELECT __start, __end, __shown, NULL FROM __periods;
