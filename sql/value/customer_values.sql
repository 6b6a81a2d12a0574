-- What every customer is worth, and between which sums that will lie: the value of audience.customers (with its default
-- horizon_days) with an interval of 80 %, one row each, in no order.
--
-- At most a tenth of such customers are worth less than value_low when the horizon is over, and at most a tenth more
-- than value_high, by the purchase model and a model of the spend, Gamma-Gamma: purchases come or not, and differ from
-- each other. How much a customer's own differ is measured on the shop's customers, and is the same for all. It is a
-- range for one customer: what many are worth together is much surer than their low and high added up.
--
-- The interval is too narrow where customers change: for a whole year, of which nothing is known when the model is
-- fitted, and where people buy every week; see customer-value.md. Refunds and losses to come are not in it, so
-- value_low is never less than the revenue so far, if positive. A discount takes from both ends what it takes from
-- expected_revenue.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter, model, season, value_days, discount_rate, value: as in
--   audience.customers; the model of the spend is always that of these orders
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - purchases: days with at least one order
-- - revenue: sum of all known amounts, refunds included; NULL when none is known
-- - expected_purchases: expected purchases within value_days
-- - expected_revenue: expected revenue within value_days, less the discount; NULL when no amount is known
-- - customer_value: revenue so far, if positive, plus expected_revenue
-- - value_low: the lower end of the interval of customer_value; the revenue so far, if positive, where at least 10 % do
--   not come back; NULL where nobody has spent anything
-- - value_high: its upper end; below customer_value where at most 10 % come back, but then buy often or dearly
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customer_id, revenue, expected_revenue, customer_value, value_low, value_high
-- FROM audience.customer_values('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY customer_value DESC
-- LIMIT 5;
--
-- Source: Gamma-Gamma, Colombo & Jiang (1999) and Fader, Hardie & Lee (2005), "RFM and CLV"; the purchases of
-- expected_purchases_interval.
CREATE MACRO audience.customer_values(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    model := NULL,
    season := true,
    value_days := 365,
    discount_rate := 0,
    value := NULL
) AS TABLE
WITH __checked_rows AS MATERIALIZED (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows('customer_values', orders, customer_id, order_date, amount, filter, value := value)
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('customer_values', '__checked_rows', __customer, __day, __amount, as_of, true,
                                    value := __value)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__value_options('customer_values', '__histories', value_days, discount_rate)
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit('customer_values', '__histories', as_of, model, season := season)
), __spend AS MATERIALIZED (
    -- One row: the model of the spend.
    SELECT __audience_spend_fit('customer_values', __log) AS __spend
    FROM audience.__logs('customer_values', '__checked_rows', __customer, __day, __value, as_of, true)
), __scored AS (
    -- One row per customer with a purchase.
    SELECT __customer, __history,
           __audience_customer_value('customer_values', __history, __gaps, __shop, __as_of, 180, __value_days,
                                     __discount_rate) AS __worth,
           __audience_value_interval('customer_values', __history, __gaps, __shop, __spend, __as_of, __value_days,
                                     __discount_rate) AS __interval
    FROM __histories, __fit, __options, __spend
    WHERE __history IS NOT NULL
)
SELECT __customer AS customer_id, __history.purchases AS purchases, __history.revenue AS revenue,
       __worth.expected_purchases AS expected_purchases, __worth.expected_revenue AS expected_revenue,
       __worth.customer_value AS customer_value, __interval.low AS value_low, __interval.high AS value_high
FROM __scored;
