-- Everything about every customer with a purchase, one row each, ordered by customer_id: lifecycle stage, importance
-- tier, predicted value, and the reason in numbers.
--
-- A purchase is a day with at least one order, so several orders on one day count once. Refunds are not purchases: a
-- customer who has only refunds up to as_of is left out. The stage, the usual gap and next_stage_date follow
-- peer_group; the probabilities, the tier and the value do not. expected_purchases, expected_revenue and customer_value
-- always look 365 days ahead, the stage Lost always 180, whatever horizon_days is.
--
-- Arguments:
-- - orders: the quoted name of a table, view, temporary table, CTE, data frame or file
-- - customer_id: expression over its columns, of any type; rows where it is NULL are ignored, so make guests NULL, as
--   in nullif(customer_id, 0)
-- - order_date: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone), or text that casts to DATE; rows
--   where it is NULL or infinite are ignored
-- - amount: any number; negative amounts are refunds, which lower the revenue and are not purchases; NULL, NaN and
--   infinite amounts count as unknown
-- - as_of: DATE, finite; the customers as they were at the end of that day, later rows are ignored; default NULL = the
--   day of the latest row that filter leaves and that is not after today
-- - filter: BOOLEAN expression over the relation, such as status = 'completed'; rows where it is false or NULL are
--   ignored; default true
-- - just_ordered_days: INTEGER, 0 to 3650; a purchase this recent is too early to judge; default 30
-- - horizon_days: INTEGER, 1 to 3650; how far return_probability looks ahead; default 180
-- - peer_group: expression over the relation, such as country; customers are judged against the typical gap of their
--   group (its value on their latest purchase) where the group has at least 30 repeat buyers, else the shop's; default
--   NULL = one group
-- - model: STRUCT from audience.purchase_model to score with, such as (SELECT model FROM saved); default NULL = fit
--   one to these orders
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - lifecycle_stage: where the customer stands, in this order
-- - importance_tier: how much the shop depends on the customer, in this order
-- - purchases: days with at least one order
-- - revenue: sum of all known amounts, refunds included; NULL when none is known
-- - average_purchase_value: revenue per purchase
-- - first_order_date: day of the first purchase
-- - last_order_date: day of the latest purchase
-- - silence_days: days from the latest purchase to as_of
-- - usual_gap_days: days between purchases that are usual for this customer
-- - alive_probability: chance, 0 to 1, that the customer is still a customer
-- - return_probability: chance, 0 to 1, of at least one purchase within horizon_days
-- - expected_purchases: expected purchases within 365 days
-- - expected_revenue: expected revenue within 365 days; NULL when no amount is known
-- - customer_value: revenue so far, if positive, plus expected_revenue
-- - value_rank: rank by customer_value, 1 is the highest; equal values share a rank; NULL when no amount is known
-- - next_order_date: median day of the next purchase, given that one comes within a year. It tells when, not whether;
--   for that see return_probability
-- - next_stage: the stage that comes next if the customer stays silent; NULL when none does within 100 years
-- - next_stage_date: the first day of that stage
-- - reason: why the customer has this stage, in one sentence
--
-- Errors:
-- - as_of is infinite; just_ordered_days, horizon_days or the model is out of range
-- - the relation or a column does not exist, or a type does not fit: DuckDB's own message
-- - the amounts add up to more than a DOUBLE holds
--
-- Example:
-- SELECT customer_id, lifecycle_stage, importance_tier, purchases, revenue, customer_value, reason
-- FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY customer_value DESC
-- LIMIT 5;
--
-- Source: MBG/NBD, Batislam, Denizel & Filiztekin (2007) and Hoppe & Wagner (2007), fitted with a weak prior; the
-- stages and tiers are rules over it, see how-it-works.md.
CREATE MACRO audience.customers(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    just_ordered_days := 30,
    horizon_days := 180,
    peer_group := NULL,
    model := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options('customers', just_ordered_days, horizon_days)
), __histories AS MATERIALIZED (
    FROM audience.__histories('customers', orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    FROM audience.__fit('customers', '__histories', as_of, model)
), __valued AS MATERIALIZED (
    SELECT __customer, __history, __audience_customer_value('customers', __history, __model, __as_of) AS __value
    FROM __histories, __fit
    WHERE __history IS NOT NULL
), __importance AS MATERIALIZED (
    SELECT __audience_importance('customers', __history.purchases > 1, __value.customer_value) AS __importance
    FROM __valued
), __ranked AS (
    SELECT *, CASE WHEN __value.customer_value IS NOT NULL
                   THEN rank() OVER (ORDER BY __value.customer_value DESC NULLS LAST) END AS __rank
    FROM __valued
), __ordered AS (
    SELECT __customer, __history, __value, __rank, __peer_gap
    FROM __ranked LEFT JOIN audience.__peer_gaps('customers', orders, customer_id, order_date, amount, as_of, filter, peer_group, '__histories') USING (__customer)
    ORDER BY __customer
), __judged AS (
    SELECT __customer, __history, __value, __rank, __just_ordered_days, __horizon_days,
           __audience_lifecycle('customers', __history, __model, __as_of, __just_ordered_days, __horizon_days, __peer_gap) AS __lifecycle,
           __audience_importance_tier('customers', __history, __model, __value.customer_value, __importance.vip_value) AS __tier
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
    __audience_explain_lifecycle('customers', __lifecycle, __history, __just_ordered_days, __horizon_days) AS reason
FROM __judged;
