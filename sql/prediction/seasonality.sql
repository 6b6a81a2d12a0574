-- The seasons of a shop: how much is bought in each month of the year, as a multiple of the mean month. One row per
-- month, and with label per label and month. It is not a count of orders: growth and shrinkage of the customer base are
-- taken out, because each month's repeat purchases are divided by those that the model expects of the customers of that
-- time.
--
-- From 365 days of orders on. With a single year a trend, a promotion or bad luck looks like a season, and the first
-- Christmas of a shop cannot be foreseen from its own orders at all: look at `years`. Unless season := false,
-- return_probability, expected_purchases and next_order_date follow the seasons too, by model.seasonal_index of
-- audience.purchase_model. Those twelve numbers are a little flatter than the index, because a part of the season is in
-- what the model expects already: after a busy November it expects more of its buyers.
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - amount: as in audience.purchase_model
-- - label: expression over the relation, such as category; the index of every label's own months; rows where it is NULL
--   only count for the shop; default NULL = the shop alone
--
-- Returns:
-- - label: the label, of the type that was given; NULL for the shop as a whole, which comes last
-- - month: 1 for January to 12
-- - index: purchases of the month as a multiple of the mean month's, drawn to 1 where little is known
-- - index_low: lower end of the 95 % interval of index, which is not drawn to 1, so that the index may be at its end
-- - index_high: upper end. The interval covers chance, that is who happened to buy; it does not cover that the next
--   year may differ from the past ones
-- - purchases: purchases in such months: a customer's orders of a day count once, with label once per label
-- - years: how many such months the shop has seen from their first to their last day; the index uses the latest five
--
-- No row where less than 365 days lie between the first purchase and as_of.
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT month, index, index_low, index_high, purchases, years
-- FROM audience.seasonality('orders', customer_id, order_date, amount := amount, filter := status = 'completed')
-- ORDER BY month;
--
-- Source: a ratio of totals over customers, drawn to 1 by 50 purchases, with its linearised variance (Cochran 1977,
-- "Sampling techniques", 6.3), in three passes, of which the later ones count a customer's past in the seasons that the
-- one before found; see how-it-works.md. Of a label: the shop's index times (n + 50)/(e + 50), divided by the mean of
-- its twelve; n its purchases in such months, e all purchases in them times the label's share of all. The interval is
-- around the same with 0.5 in the place of 50.
CREATE MACRO audience.seasonality(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    label := NULL::VARCHAR,
    as_of := NULL,
    filter := true
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('seasonality', orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('seasonality', '__histories', as_of)
), __fitted AS (
    -- One row: the twelve months of the shop, where they are known.
    SELECT __audience_seasonality('seasonality', __history, __gaps, __as_of) AS __seasons
    FROM __histories, __clock
), __months AS MATERIALIZED (
    -- One row per month of the year.
    SELECT unnest(__seasons, recursive := true) FROM __fitted
), __rows AS (
    -- One row per order row that `filter` leaves.
    SELECT audience.__column('seasonality', 'customer_id', customer_id, __row) AS __customer,
           audience.__date_column('seasonality', 'order_date', order_date, __row) AS __day,
           audience.__number_column('seasonality', 'amount', amount, __row) AS __amount,
           audience.__column('seasonality', 'label', label, __row) AS __label
    FROM query_table(orders) AS __row
    WHERE audience.__condition('seasonality', 'filter', filter)
), __counts AS MATERIALIZED (
    -- One row per month of the year, of the shop and of each label.
    FROM audience.__monthly_purchases('__rows', '__clock')
), __cells AS (
    -- One row per month of the year, of the shop and of each label.
    FROM audience.__monthly_shares('__counts', '__months')
), __compared AS (
    -- One row per month and label, with the index before its mean is 1, drawn to the shop's and as it was seen, and the
    -- errors of their logarithms.
    SELECT *,
           CASE WHEN __is_shop THEN index ELSE index * (__purchases + 50) / (__expected + 50) END AS __index,
           sqrt(low * high)
               * CASE WHEN __is_shop THEN 1 ELSE (__purchases + 0.5) / (__expected + 0.5) END AS __seen,
           ln(high / low) / 2 AS __shop_error,
           CASE WHEN __is_shop THEN 0
                ELSE 1.959963984540054 * sqrt(__squares * (1 - __purchases / greatest(__of_all, 1)) + 0.5)
                     / (__purchases + 0.5) END AS __own_error
    FROM __cells
), __scaled AS (
    -- One row per month and label, with the index and the factor of its interval.
    SELECT *, CASE WHEN __is_shop THEN __index ELSE __index / avg(__index) OVER __year END AS __scaled,
           CASE WHEN __is_shop THEN __seen ELSE __seen / avg(__seen) OVER __year END AS __scaled_seen,
           exp(sqrt(__shop_error ** 2 + __own_error ** 2)) AS __factor
    FROM __compared
    -- In the order of the months, because a sum depends on its order.
    WINDOW __year AS (PARTITION BY __label, __is_shop ORDER BY month ASC
                      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
)
SELECT
    __label AS label,
    month,
    __scaled AS index,
    least(__scaled_seen / __factor, __scaled) AS index_low,
    greatest(__scaled_seen * __factor, __scaled) AS index_high,
    __purchases AS purchases,
    years
FROM __scaled
ORDER BY __is_shop ASC, __label ASC, month ASC;
