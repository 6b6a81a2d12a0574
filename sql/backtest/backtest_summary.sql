-- Compares how well the model and three simple rules tell which customers will return. One row per method, always four.
-- Where a simple rule does better, the notes say so.
--
-- audience is return_probability. The rules put customers into buckets at cutoff: recency by 30, 90 and 180 days of
-- silence, rfm by the segments of audience.rfm, rf_grid by seven fixed ranges of purchases and silence. A bucket has no
-- probability of its own. It gets the share of its customers who returned one window earlier: with the buckets of the
-- day cutoff - days and what followed up to cutoff. A bucket that was empty then gets the share of all customers. So no
-- method sees a row after cutoff.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter: as in audience.customers
-- - cutoff, days: as in audience.backtest
--
-- Returns:
-- - method: audience, recency, rfm or rf_grid
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
-- FROM audience.backtest_summary('orders', customer_id, order_date, amount, cutoff := DATE '2025-06-30', filter := status = 'completed');
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
    filter := true
) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__backtest_options('backtest_summary', cutoff, days)
), __histories AS MATERIALIZED (
    FROM audience.__backtest_histories('backtest_summary', orders, customer_id, order_date, amount, filter, '__options')
), __fit AS MATERIALIZED (
    SELECT __audience_purchase_model_fit('backtest_summary', __history, __cutoff).model AS __model FROM __histories, __options
), __now AS MATERIALIZED (
    SELECT __cutoff - __history.last_order_date AS __silence,
           __history.purchases AS __purchases,
           __realised_purchases > 0 AS __returned,
           __audience_forecast('backtest_summary', __history, __model, __cutoff, __days).return_probability AS __return_probability
    FROM __histories, __fit, __options
    WHERE __history IS NOT NULL
), __earlier AS MATERIALIZED (
    SELECT __cutoff - __days - __earlier_history.last_order_date AS __silence,
           __earlier_history.purchases AS __purchases,
           __history.last_order_date > __cutoff - __days AS __returned,
           NULL AS __return_probability
    FROM __histories, __options
    WHERE __earlier_history IS NOT NULL
), __rates AS MATERIALIZED (
    SELECT __recency, __rfm, __rf_grid, (count(*) FILTER (WHERE __returned))::DOUBLE / count(*) AS __rate
    FROM audience.__backtest_rules('backtest_summary', '__earlier')
    GROUP BY GROUPING SETS ((__recency), (__rfm), (__rf_grid))
), __base AS MATERIALIZED (
    SELECT (count(*) FILTER (WHERE __returned))::DOUBLE / nullif(count(*), 0) AS __rate FROM __earlier
), __measured AS MATERIALIZED (
    SELECT count(*) AS __customers,
           count(*) FILTER (WHERE __returned) AS __returned,
           __audience_ranking('backtest_summary', __return_probability, __returned) AS __audience,
           __audience_ranking('backtest_summary', coalesce(__by_recency.__rate, __base.__rate), __returned) AS __recency,
           __audience_ranking('backtest_summary', coalesce(__by_rfm.__rate, __base.__rate), __returned) AS __rfm,
           __audience_ranking('backtest_summary', coalesce(__by_rf_grid.__rate, __base.__rate), __returned) AS __rf_grid,
           [0, count(*) - count(__by_recency.__rate), count(*) - count(__by_rfm.__rate), count(*) - count(__by_rf_grid.__rate)] AS __unseen
    FROM audience.__backtest_rules('backtest_summary', '__now') AS __rules CROSS JOIN __base
    LEFT JOIN __rates AS __by_recency ON __by_recency.__recency = __rules.__recency
    LEFT JOIN __rates AS __by_rfm ON __by_rfm.__rfm = __rules.__rfm
    LEFT JOIN __rates AS __by_rf_grid ON __by_rf_grid.__rf_grid = __rules.__rf_grid
), __methods AS MATERIALIZED (
    SELECT unnest(range(4)) AS __position,
           unnest(['audience', 'recency', 'rfm', 'rf_grid']) AS __method,
           unnest([__audience, __recency, __rfm, __rf_grid]) AS __quality,
           unnest(__unseen) AS __unseen,
           __audience AS __ours, __customers, __returned
    FROM __measured
), __compared AS MATERIALIZED (
    SELECT *,
           CASE WHEN __quality.auc > __ours.auc
                THEN format('higher AUC than audience, {:.4f} against {:.4f}', __quality.auc, __ours.auc) END AS __higher,
           CASE WHEN __quality.brier < __ours.brier
                THEN format('lower Brier score than audience, {:.4f} against {:.4f}', __quality.brier, __ours.brier) END AS __lower
    FROM __methods
), __beaten AS (
    SELECT string_agg(__method || ' has a ' || concat_ws(', and a ', replace(__higher, ' than audience', ''), replace(__lower, ' than audience', '')), '; ' ORDER BY __position) AS __beaten
    FROM __compared
    WHERE __higher IS NOT NULL OR __lower IS NOT NULL
), __reach AS (
    SELECT max(__latest) AS __latest FROM __histories
)
SELECT
    __method AS method,
    __customers AS customers,
    __returned AS returned,
    __quality.auc,
    __quality.average_precision,
    __quality.brier,
    __quality.calibration_error,
    nullif(concat_ws('; ',
        CASE WHEN __customers = 0 THEN concat('no customer has a purchase up to ', __cutoff)
             WHEN __returned = 0 THEN 'nobody returned, so there is nothing to tell apart'
             WHEN __returned = __customers THEN 'everybody returned, so there is nothing to tell apart'
             WHEN __quality IS NULL THEN concat('no customer has a purchase up to ', __cutoff - __days, ', one window before the cutoff, so the rule has no return rates to predict with')
             WHEN __unseen > 0 THEN concat(__unseen, ' of ', __customers, ' customers fell into buckets that were empty on ', __cutoff - __days, ', one window before the cutoff, and got the return rate of all customers then') END,
        CASE WHEN __position = 0 THEN __beaten END,
        __higher,
        __lower,
        CASE WHEN __latest < __cutoff + __days THEN concat('the orders end on ', __latest, ', before the window does on ', __cutoff + __days) END), '') AS note
FROM __compared, __beaten, __reach, __options
ORDER BY __position;
