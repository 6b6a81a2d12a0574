-- Summarises one customer's purchases, for a GROUP BY of your own: an aggregate.
--
-- A purchase is a day with at least one row whose amount is not given, NULL or >= 0; refunds (negative amounts) only
-- lower the revenue. The result is NULL without a purchase. DISTINCT, ORDER BY, FILTER and OVER are not possible;
-- write CASE WHEN condition THEN order_date END instead of FILTER.
--
-- Arguments:
-- - order_date: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone); rows where it is NULL or infinite
--   are ignored
-- - amount: any number; NULL, NaN and infinite amounts count as unknown; default NULL
--
-- Returns:
-- - purchases: days with at least one order
-- - first_order_date: the first of them
-- - last_order_date: the last of them
-- - fourth_last_order_date: the fourth-last of them, which gives the recent rhythm; NULL below four purchases
-- - revenue: sum of all known amounts, refunds included; NULL when none is known
-- - order_dates: all of these days in order, from which the model learns who comes back; a STRUCT without them, as
--   older versions made it, is scored by MBG/NBD alone
--
-- Errors: the amounts add up to more than a DOUBLE holds
--
-- Example:
-- SELECT customer_id, audience.purchase_history(order_date, amount) AS purchase_history
-- FROM orders
-- WHERE customer_id <= 3
-- GROUP BY customer_id
-- ORDER BY customer_id;
--
-- Source: one purchase per day is the convention of Fader, Hardie & Lee (2005).
CREATE MACRO audience.purchase_history(order_date, amount := NULL) AS
    audience.__with_dates('purchase_history', __audience_dated_history(
        'purchase_history',
        audience.__date_column('purchase_history', 'order_date', order_date, NULL),
        audience.__number_column('purchase_history', 'amount', amount, NULL),
        audience.__number_column('purchase_history', 'amount', amount, NULL)
    ));
