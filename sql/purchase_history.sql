-- Summarises one customer's purchases: use it in your own GROUP BY customer.
--
-- A purchase is a day with at least one row whose amount is absent, NULL or >= 0; refunds (negative amounts) only
-- lower the revenue. NaN and infinite amounts count as NULL; rows with NULL or infinite dates count for nothing.
--
-- order_date  DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone)
-- amount      any number; default NULL = not known
--
-- Returns STRUCT(purchases INTEGER, first_order_date DATE, last_order_date DATE, fourth_last_order_date DATE,
-- revenue DOUBLE), or NULL without a purchase. Filter rows by date to look at an earlier day.
CREATE MACRO audience.purchase_history(order_date, amount := NULL) AS
    __audience_purchase_history(order_date::DATE, amount).history;
