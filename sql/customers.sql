-- Everything about every customer with a purchase, one row each: lifecycle stage, importance tier, predicted value, and
-- the reason in numbers.
--
-- orders       the quoted name of a table, view, temporary table, CTE, data frame or file
-- customer_id  any expression over its columns, of any type; rows where it is NULL are ignored
-- order_date   DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone); NULL and infinite dates are ignored
-- amount       any number; negative amounts are refunds, which lower revenue and are no purchases; NULL, NaN and infinite
--              amounts are unknown
-- as_of        DATE: look at the customers as they were on that day; default NULL = the latest order date, at most today
-- filter       BOOLEAN expression over the relation, such as status = 'completed'; default true
-- just_ordered_days  0 to 3650: a purchase this recent is too early to judge; default 30
-- horizon_days 1 to 3650: what return_probability looks ahead; default 180
-- peer_group   expression: judge customers against the typical gap of their group (value on their latest purchase), for
--              groups of at least 30 repeat buyers; default NULL = one group
-- model        STRUCT from audience.purchase_model to score with instead of fitting one; default NULL
--
-- A purchase is a day with at least one order. expected_purchases, expected_revenue and customer_value (revenue so far
-- plus expected revenue) look 365 days ahead, lifecycle stages 180. next_order_date is the median, given a return within
-- a year; next_stage_date is when the stage changes if the customer stays silent (NULL: not within 100 years).
CREATE MACRO audience.customers(orders, customer_id, order_date, amount, as_of := NULL, filter := true, just_ordered_days := 30, horizon_days := 180, peer_group := NULL, model := NULL) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options('customers', just_ordered_days, horizon_days)
), __histories AS MATERIALIZED (
    FROM audience.__histories(orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    FROM audience.__fit('__histories', as_of, model)
), __valued AS MATERIALIZED (
    SELECT __customer, __history, __audience_customer_value(__history, __model, __as_of) AS __value
    FROM __histories, __fit
    WHERE __history IS NOT NULL
), __importance AS MATERIALIZED (
    SELECT __audience_importance(__history.purchases > 1, __value.customer_value) AS __importance
    FROM __valued
), __ranked AS (
    SELECT *, CASE WHEN __value.customer_value IS NOT NULL
                   THEN rank() OVER (ORDER BY __value.customer_value DESC NULLS LAST) END AS __rank
    FROM __valued
), __ordered AS (
    SELECT __customer, __history, __value, __rank, __peer_gap
    FROM __ranked LEFT JOIN audience.__peer_gaps(orders, customer_id, order_date, amount, as_of, filter, peer_group, '__histories') USING (__customer)
    ORDER BY __customer
), __judged AS (
    SELECT __customer, __history, __value, __rank, __just_ordered_days, __horizon_days,
           __audience_lifecycle(__history, __model, __as_of, __just_ordered_days, __horizon_days, __peer_gap) AS __lifecycle,
           __audience_importance_tier(__history, __model, __value.customer_value, __importance.vip_value) AS __tier
    FROM __ordered, __fit, __importance, __options
)
SELECT
    __customer AS customer_id,
    __lifecycle.lifecycle_stage,
    __tier AS importance_tier,
    __history.purchases,
    __history.revenue,
    __history.revenue / __history.purchases AS average_purchase_value,
    __history.first_order_date,
    __history.last_order_date,
    __lifecycle.silence_days,
    __lifecycle.usual_gap_days,
    __lifecycle.alive_probability,
    __lifecycle.return_probability,
    __value.expected_purchases,
    __value.expected_revenue,
    __value.customer_value,
    __rank AS value_rank,
    __lifecycle.next_order_date,
    __lifecycle.next_stage,
    __lifecycle.next_stage_date,
    __audience_explain_lifecycle(__lifecycle, __history, __just_ordered_days, __horizon_days) AS reason
FROM __judged;
