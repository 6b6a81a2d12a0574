-- Compares how well the model, MBG/NBD alone and three simple rules tell which customers will return. One row per
-- method, always five. Where another method does better than the model, the notes say so.
--
-- audience is return_probability, and mbg_nbd the same without what the shop's past adds. The rules put customers into
-- buckets at cutoff: recency by 30, 90 and 180 days of silence, rfm by the segments of audience.rfm, rf_grid by seven
-- fixed ranges of purchases and silence. A bucket has no probability of its own. It gets the share of its customers who
-- returned one window earlier: with the buckets of the day cutoff - days and what followed up to cutoff. A bucket that
-- was empty then gets the share of all customers. So no method sees a row after cutoff.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter: as in audience.customers
-- - cutoff, days, season: as in audience.backtest
--
-- Returns:
-- - method: audience, mbg_nbd, recency, rfm or rf_grid
-- - customers: customers with a purchase up to cutoff
-- - returned: those of them with at least one purchase in the days after it
-- - auc: chance that a random customer who returned was given the higher probability than a random one who did not,
--   ties counting half; 0.5 is guessing, 1 perfect
-- - average_precision: share of returners among the most likely customers, averaged over all cut-offs; guessing gives
--   returned / customers, perfect is 1
-- - brier: mean squared difference between the probability and what happened, 1 or 0; lower is better
-- - calibration_error: mean absolute difference between predicted and realised return rate over ten groups of equal
--   size, by ascending probability; equal probabilities share a group; lower is better
-- - note: what to know about the row, such as why measures are NULL, that another method does better, or that the
--   orders end before the window; NULL when there is nothing to say
--
-- The four measures are NULL when nobody or everybody returned, and for a rule also when there was no customer yet one
-- window before cutoff.
--
-- Errors: as in audience.backtest
--
-- Example:
-- FROM audience.backtest_summary('orders', customer_id, order_date, amount, cutoff := DATE '2025-06-30',
--                                filter := status = 'completed');
--
-- Source: AUC, Hanley & McNeil (1982); average precision and ties as in scikit-learn; Brier (1950); expected
-- calibration error, Naeini, Cooper & Hauskrecht (2015), in groups 1 + floor(10 * w / n), where w of the n
-- probabilities are lower. The ranges of rf_grid are those of the rules in how-it-works.md.
CREATE MACRO audience.backtest_summary(
    orders,
    customer_id,
    order_date,
    amount,
    cutoff,
    days := 180,
    filter := true,
    season := true
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__backtest_options('backtest_summary', cutoff, days, season)
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__backtest_histories('backtest_summary', orders, customer_id, order_date, amount, filter, '__options')
), __fit AS MATERIALIZED (
    -- One row: the model.
    SELECT __audience_packed_model_fit('backtest_summary', __history, __gaps, __cutoff, __days, __season)
               AS __shop
    FROM __histories, __options
), __now AS MATERIALIZED (
    -- One row per customer with a purchase up to cutoff, as of that day.
    SELECT audience.__days_since(__history.last_order_date, __cutoff) AS __silence,
           __history.purchases AS __purchases,
           __realised_purchases > 0 AS __returned,
           __audience_forecast('backtest_summary', __history, __gaps, __shop, __cutoff, __days) AS __forecast
    FROM __histories, __fit, __options
    WHERE __history IS NOT NULL
), __earlier AS MATERIALIZED (
    -- One row per customer with a purchase up to one window before cutoff, as of that day.
    SELECT audience.__days_since(__earlier_history.last_order_date, __cutoff - __days) AS __silence,
           __earlier_history.purchases AS __purchases,
           __history.last_order_date > __cutoff - __days AS __returned,
           NULL AS __forecast
    FROM __histories, __options
    WHERE __earlier_history IS NOT NULL
), __compared AS MATERIALIZED (
    -- One row per method, with the measures in which it does better than audience.
    SELECT *,
           CASE WHEN __quality.auc > __ours.auc
                THEN audience.__against(__quality.auc, __ours.auc) END AS __higher_auc,
           CASE WHEN __quality.brier < __ours.brier
                THEN audience.__against(__quality.brier, __ours.brier) END AS __lower_brier
    FROM audience.__backtest_methods('backtest_summary', '__now', '__earlier')
), __beaten AS (
    -- One row: the rules that do better than audience.
    SELECT string_agg(concat(__method, ' has a ', concat_ws(', and a ', 'higher AUC, ' || __higher_auc,
                                                            'lower Brier score, ' || __lower_brier)),
                      '; ' ORDER BY __position ASC) AS __beaten
    FROM __compared
    WHERE __higher_auc IS NOT NULL OR __lower_brier IS NOT NULL
), __reach AS MATERIALIZED (
    -- One row: the latest day of any row, and true if cutoff is among the orders.
    SELECT (SELECT max(__latest) FROM __histories) AS __latest, __is_reached
    FROM audience.__cutoff_reached('backtest_summary', '__histories', '__options')
)
SELECT __method AS method, __customers AS customers, __returned AS returned,
       __quality.auc, __quality.average_precision, __quality.brier, __quality.calibration_error,
       nullif(concat_ws('; ',
           audience.__backtest_problem(__customers, __returned, __quality, __unseen, __cutoff, __days),
           CASE WHEN __position = 0 THEN __beaten END,
           'higher AUC than audience, ' || __higher_auc,
           'lower Brier score than audience, ' || __lower_brier,
           CASE WHEN __latest < __cutoff + __days
                THEN concat('the orders end on ', __latest, ', before the window does on ', __cutoff + __days) END
       ), '') AS note
FROM __compared, __beaten, __reach, __options
WHERE __is_reached
ORDER BY __position ASC;
