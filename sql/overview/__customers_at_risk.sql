-- One row per customer with a purchase: tier, stage, what was spent on the last 365 days, what is expected now, and how
-- much more was expected on the day of the latest purchase. `now` is one row: the day and the shop's model.
CREATE MACRO audience.__customers_at_risk(caller, logs, now, options) AS TABLE
WITH __walked AS (
    -- One row per customer.
    SELECT __log, __shop, __as_of, __audience_history_values(caller, __log, [__as_of], [__shop])[1] AS __then
    FROM query_table(logs), query_table(now)
    WHERE __first IS NOT NULL
), __valued AS MATERIALIZED (
    -- One row per customer, with the value on the day of the latest purchase, by the same model.
    SELECT __then.history AS __history, __then.value AS __value,
           audience.__window_revenue(__log, __as_of, 365) AS __year,
           __audience_customer_value(
               caller, __then.history,
               __audience_packed_gaps(caller, [__day.day FOR __day IN __log IF __day.is_purchase]),
               __shop, __then.history.last_order_date, 180, 365, 0) AS __value_then
    FROM __walked
), __importance AS MATERIALIZED (
    -- One row: the least value of a VIP.
    FROM audience.__importance(caller, '__valued')
)
SELECT __audience_importance_tier(caller, __history, __model, __value.customer_value, __importance.vip_value) AS __tier,
       __audience_stage(caller, __history, __model, __as_of, __stage_options) AS __stage,
       __history.revenue AS __revenue, __year, __value.expected_revenue AS __expected,
       CASE WHEN __value.expected_revenue IS NOT NULL
            THEN greatest(__value_then.expected_revenue - __value.expected_revenue, 0) END AS __at_risk
FROM __valued, __importance, query_table(now), query_table(options);
