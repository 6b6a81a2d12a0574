-- Fits the purchase model to the customers' histories: the building block of audience.purchase_model, an aggregate.
--
-- Arguments:
-- - history: STRUCT from audience.purchase_history, one row per customer; NULL rows are ignored
-- - as_of: DATE up to which purchases are known; default NULL = the latest purchase
-- - horizon_days, season: as in audience.purchase_model
--
-- Returns:
-- - r: purchase rates over customers ~ Gamma(r, alpha)
-- - alpha: in days
-- - a: the chance of leaving after a purchase ~ Beta(a, b)
-- - b: see a
-- - typical_gap_days: the median repeat buyer's mean days between purchases, with one pseudo-buyer of 90 days
-- - order_value: the median customer's mean revenue per purchase, to which the order value of each customer is drawn;
--   NULL when no amount is known
-- - seasonal_index: purchases of each month as a multiple of the mean month's, see audience.seasonality; NULL where
--   less than a year is known, or season is false
-- - learned: what the shop's past adds, see audience.purchase_model; NULL where nothing was learned, as from histories
--   without order_dates
-- - as_of: the day up to which purchases are known; NULL without a row
--
-- Errors: a history has a purchase after as_of, or was put together by hand and is impossible; as_of is infinite
--
-- Example:
-- WITH histories AS (
--     SELECT customer_id, audience.purchase_history(order_date, amount) AS history
--     FROM orders
--     WHERE customer_id IS NOT NULL
--     GROUP BY customer_id
-- )
-- SELECT audience.purchase_model_fit(history) AS purchase_model_fit
-- FROM histories;
--
-- Source: MBG/NBD (Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007), maximum a posteriori with a weak prior.
CREATE MACRO audience.purchase_model_fit(history, as_of := NULL, horizon_days := 180, season := true) AS
    __audience_purchase_model_fit(
        'purchase_model_fit',
        history::STRUCT(purchases INTEGER, first_order_date DATE, last_order_date DATE, fourth_last_order_date DATE,
                        revenue DOUBLE),
        __audience_packed_gaps('purchase_model_fit',
                               (history::STRUCT(purchases INTEGER, order_dates DATE[])).order_dates),
        CASE WHEN as_of IS NOT NULL THEN audience.__checked_date('purchase_model_fit', 'as_of', as_of) END,
        audience.__checked_number('purchase_model_fit', 'horizon_days', horizon_days, 1, 3650),
        audience.__checked_switch('purchase_model_fit', 'season', season)
    ).model;
