-- When each cohort has earned what its customers cost: the age at which margin times cumulative revenue per customer
-- reaches the acquisition cost per customer, as it happened or as audience.cohort_forecast expects it. One row per
-- cohort, ordered by split and cohort.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, every, as_of, filter, split_by, ahead: as in audience.cohort_forecast
-- - cost: acquisition cost per customer, 0 or more: a number, or an expression over cohort, split and customers of
--   the result (so no column of another table that it looks into may be called one of these), such as CASE split
--   WHEN 'Ads' THEN 20 ELSE 2 END, or (SELECT spend FROM budgets WHERE month = cohort) / customers; NULL = not known
-- - margin: DOUBLE, above 0 and at most 1; the share of revenue that is left after all other costs; default 1
--
-- Returns:
-- - cohort: first day of the period in which these customers made their first purchase
-- - customers: customers in the cohort
-- - cost: the acquisition cost per customer
-- - earned: margin times revenue per customer up to as_of
-- - paid_back: whether that is at least the cost
-- - payback_age: the first age, in periods, at whose end the cost is earned; an age after as_of where refunds have
--   taken it back; NULL where it is not within the ages ahead
-- - payback_date: last day of that period; after as_of it is expected
-- - earliest_payback_age: the same by the upper end of the 80 % interval
-- - latest_payback_age: the same by the lower end; NULL where that does not reach the cost within the ages ahead
-- - split: the value of split_by, of the type that was given; NULL for customers without one and where it is not given
--
-- Errors:
-- - cost is negative or no number; margin is out of range
-- - and as in audience.cohort_forecast
--
-- Example:
-- SELECT split, cohort, customers, cost, earned, payback_age, payback_date, earliest_payback_age, latest_payback_age
-- FROM audience.cohort_payback('orders', customer_id, order_date, amount, CASE split WHEN 'DE' THEN 75 ELSE 60 END,
--                              margin := 0.4, every := '6 months', as_of := DATE '2025-12-31', split_by := country,
--                              filter := status <> 'cancelled')
-- WHERE split = 'DE'
-- ORDER BY cohort;
--
-- Source: as in audience.cohort_forecast.
CREATE MACRO audience.cohort_payback(
    orders,
    customer_id,
    order_date,
    amount,
    cost,
    every := '1 month',
    as_of := NULL,
    filter := true,
    split_by := NULL,
    ahead := 12,
    margin := 1
) AS TABLE
WITH __forecast AS MATERIALIZED (
    -- One row per split, cohort and age.
    FROM audience.__cohort_forecast('cohort_payback', orders, customer_id, order_date, amount, every, as_of, filter,
                                    split_by, ahead)
), __margin AS MATERIALIZED (
    -- One row: the checked margin.
    SELECT audience.__checked('cohort_payback', 'margin', margin, audience.__number(margin) BETWEEN 1e-300 AND 1,
                              'above 0 and at most 1')::DOUBLE AS __margin
    FROM audience.__one('__forecast')
), __cohorts AS MATERIALIZED (
    -- One row per split and cohort, with the names that cost may use.
    SELECT __cohort AS cohort, __split AS split, max(__customers) AS customers
    FROM __forecast
    GROUP BY ALL
), __costs AS MATERIALIZED (
    -- One row per split and cohort, with the cost.
    SELECT cohort AS __cohort, split AS __split,
           audience.__number_column('cohort_payback', 'cost', cost, NULL) AS __cost
    FROM __cohorts
), __checked AS MATERIALIZED (
    -- One row per split and cohort, with the checked cost.
    SELECT __cohort, __split,
           audience.__checked('cohort_payback', 'cost', __cost, __cost IS NULL OR isfinite(__cost) AND __cost >= 0,
                               'a finite number, 0 or more')
               AS __cost
    FROM __costs
), __found AS (
    -- One row per split, cohort and age, with the cost, the margin, and what is earned now.
    SELECT __forecast.*, __cost, __margin,
           arg_max(__margin * __earned, __age) OVER (PARTITION BY __forecast.__split, __forecast.__cohort) AS __now
    FROM __forecast
    JOIN __checked ON __checked.__cohort = __forecast.__cohort
                  AND __checked.__split IS NOT DISTINCT FROM __forecast.__split, __margin
), __counting AS (
    -- One row per split, cohort and age. Where refunds took back what had been earned, the ages until now do not count.
    SELECT *, NOT __observed OR __now >= __cost AS __counts FROM __found
)
SELECT
    __cohort AS cohort,
    any_value(__customers) AS customers,
    any_value(__cost) AS cost,
    any_value(__now) AS earned,
    any_value(__now >= __cost) AS paid_back,
    min(__age) FILTER (__counts AND __margin * __cumulative >= __cost) AS payback_age,
    min(__end) FILTER (__counts AND __margin * __cumulative >= __cost) AS payback_date,
    min(__age) FILTER (__counts AND __margin * coalesce(__high, __earned) >= __cost) AS earliest_payback_age,
    min(__age) FILTER (__counts AND __margin * coalesce(__low, __earned) >= __cost) AS latest_payback_age,
    __split AS split
FROM __counting
GROUP BY __cohort, __split
ORDER BY split ASC, cohort ASC;
