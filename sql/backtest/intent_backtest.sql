-- Checks purchase intent on your own order lines: scores every customer for every label with nothing after cutoff, then
-- compares with what was bought in the days after it. Three rows per label, one per method, so that you can see for
-- which categories it is worth using. Ordered by label.
--
-- The customers are those with an order line up to cutoff, the buyers those of them who buy the label in the days after
-- it, whether or not they had bought it before. audience is audience.interests as of cutoff with days as its horizon.
-- activity ranks by order days, each of which counts half after `days`. bought_before ranks customers who had bought
-- the label before all others, and within both groups by activity. A label that is bought again and again, such as
-- milk, is easy for all three, so compare audience with bought_before.
--
-- Arguments:
-- - lines, customer_id, order_date, product, filter: as in audience.interested_in
-- - label: as in audience.interests
-- - cutoff: DATE, finite; the last day that the methods know
-- - days: INTEGER, 1 to 3650; how many days after cutoff are compared; default 60
--
-- Returns:
-- - label: the label, of the type that was given; also one that is only bought in the days after cutoff
-- - method: audience, bought_before or activity
-- - customers: customers with an order line up to cutoff
-- - buyers: those of them who bought the label in the days after it
-- - auc: chance that a random buyer was ranked before a random other customer, ties counting half; 0.5 is guessing, 1
--   perfect
-- - average_precision: share of buyers among the first customers, averaged over all cut-offs; guessing gives
--   buyers / customers, perfect is 1
-- - lift_top5: share of buyers among the first 5 % of the customers, in multiples of their share among all; ties at the
--   border count with their expected share; 1 is guessing, 20 the maximum
-- - lift_top10: the same for the first 10 %; 10 is the maximum
-- - calibration_error: mean absolute difference between predicted and realised share of buyers, as in
--   audience.backtest_summary, over the customers with a probability; NULL for the methods that give none
--
-- Choose a cutoff at least `days` before the last line. Otherwise the window is not over, and there are fewer buyers
-- than the probabilities expect.
--
-- The measures are NULL when nobody or everybody bought the label in the days, and when nobody had bought it by cutoff.
--
-- Errors:
-- - cutoff is NULL or infinite, before the first order line, or without one in the days after it; days is out of range
-- - label is NULL in every line
-- - label has more than 1,000 values, or too many for so many products
--
-- Example:
-- SELECT label, method, buyers, auc, average_precision, lift_top5, calibration_error
-- FROM audience.intent_backtest('lines', customer_id, order_date, product_id, category, cutoff := DATE '2025-09-30',
--                               filter := status = 'completed')
-- WHERE label IN ('Coffee', 'Tents');
--
-- Source: AUC, average precision and calibration error as in audience.backtest_summary; lift, Ling & Li (1998).
CREATE MACRO audience.intent_backtest(
    lines,
    customer_id,
    order_date,
    product,
    label,
    cutoff,
    days := 60,
    filter := true
) AS TABLE
WITH __rows AS (
    -- One row per order line that `filter` leaves.
    SELECT audience.__column('intent_backtest', 'customer_id', customer_id, __row) AS __customer,
           audience.__date_column('intent_backtest', 'order_date', order_date, __row) AS __day,
           audience.__column('intent_backtest', 'label', label, __row) AS __label
    FROM query_table(lines) AS __row
    WHERE audience.__condition('intent_backtest', 'filter', filter)
), __checked AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__backtest_options('intent_backtest', cutoff, days)
), __bought AS MATERIALIZED (
    -- One row per label and customer who bought it, with whether they did in the window; also where there is no label.
    SELECT __label, __customer, max(__day) > any_value(__cutoff) AS __later, min(__day) AS __first
    FROM __rows, __checked
    WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= __cutoff + __days
    GROUP BY __label, __customer
), __all AS MATERIALIZED (
    -- One row per label.
    SELECT __label, (row_number() OVER (ORDER BY __label ASC))::INTEGER AS __place
    FROM (SELECT DISTINCT __label FROM __bought WHERE __label IS NOT NULL)
), __reached AS MATERIALIZED (
    -- One row: true if there are labels, and lines on both sides of cutoff.
    FROM audience.__intent_reached('__bought', '__checked')
), __scored AS (
    -- One row per label and customer known at cutoff, and one per label without such customers.
    SELECT __all.__label, __all.__place, __intent.__score, coalesce(__bought.__later, false) AS __later
    FROM __all
    LEFT JOIN audience.__interests(
        'intent_backtest', lines, customer_id, order_date, product, 'label', label, (SELECT list(__label) FROM __all),
        (SELECT __cutoff FROM __checked), filter, (SELECT __days FROM __checked), NULL, false, NULL, NULL)
        AS __intent
        ON __intent.__label = __all.__label
    LEFT JOIN __bought ON __bought.__label = __all.__label AND __bought.__customer = __intent.__customer
), __measured AS (
    -- One row per label.
    FROM audience.__intent_quality('intent_backtest', '__scored')
), __methods AS (
    -- One row per label and method.
    SELECT __label, __place, __customers, __buyers,
           unnest(range(3)) AS __position,
           unnest(['audience', 'bought_before', 'activity']) AS __method,
           unnest([__audience, __bought_before, __activity]) AS __order,
           unnest([CASE WHEN __audience IS NOT NULL THEN __calibration_error END, NULL, NULL]) AS __calibration_error
    FROM __measured
)
SELECT
    __label AS label,
    __method AS method,
    __customers AS customers,
    __buyers AS buyers,
    __order.auc,
    __order.average_precision,
    __order.lift_top5,
    __order.lift_top10,
    __calibration_error AS calibration_error
FROM __methods, __reached
WHERE __is_reached
ORDER BY __place ASC, __position ASC;
