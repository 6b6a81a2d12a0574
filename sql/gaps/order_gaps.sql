-- How long customers take from each purchase to the next: one row for the second purchase, one for the third, and so
-- on, ordered by purchase_number. Customers who have not come back are counted for as long as they have been silent.
--
-- The shares and p25_days, median_days and p75_days are read from the Kaplan-Meier curve of the days since the purchase
-- before. The naive columns leave out customers who have not come back, as most reports do, and so are too short. A
-- customer whose latest purchase is on as_of counts as at risk, and has waited for 0 days. The last row is the purchase
-- that nobody has made yet.
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - amount: any number; with it, days with refunds only are no purchases, as in audience.customers; default NULL =
--   every row is a purchase
--
-- Returns:
-- - purchase_number: 2 for the second purchase, and so on
-- - customers_at_risk: customers who made the purchase before this one
-- - customers_converted: customers who made this one
-- - share_30_days: share, 0 to 1, who make it within 30 days of the one before; NULL when nobody has been waiting for
--   so long, unless all of them made it
-- - share_60_days: the same within 60 days
-- - share_90_days: the same within 90 days
-- - share_180_days: the same within 180 days
-- - share_365_days: the same within 365 days
-- - p25_days: days within which a quarter of the customers make it; NULL when the curve does not get that far
-- - median_days: days within which half of them do
-- - p75_days: days within which three quarters do
-- - naive_p25_days: first quartile of the gaps that are complete, interpolated like quantile_cont
-- - naive_median_days: median of the gaps that are complete
-- - naive_p75_days: third quartile of the gaps that are complete
--
-- Errors: as_of is infinite
--
-- Example:
-- SELECT purchase_number, customers_at_risk, customers_converted, share_90_days, median_days, naive_median_days
-- FROM audience.order_gaps('orders', customer_id, order_date, filter := status = 'completed')
-- ORDER BY purchase_number
-- LIMIT 4;
--
-- Source: Kaplan & Meier (1958).
CREATE MACRO audience.order_gaps(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true
) AS TABLE
WITH __found AS MATERIALIZED (
    -- One row: all steps, and the latest day.
    SELECT __audience_order_gaps('order_gaps', __days, coalesce(audience.__given_day(as_of), __latest)) AS __gaps,
           max(__latest) AS __latest
    FROM audience.__purchase_days('order_gaps', orders, customer_id, order_date, amount, as_of, filter)
), __rows AS (
    -- One row: the same, where as_of is a day.
    SELECT __gaps
    FROM __found, audience.__clock('order_gaps', '__found', as_of)
    WHERE __as_of IS NOT NULL
)
FROM audience.__order_gap_rows('__rows');
