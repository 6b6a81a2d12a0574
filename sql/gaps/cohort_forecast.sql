-- What each cohort has spent per customer at every age, and what it is expected to have spent at the ages ahead, with
-- an interval. One row per cohort and age, ordered by split, cohort and age.
--
-- Cohorts, periods and ages are those of audience.cohorts. Ages of periods that have ended are what happened. The
-- period that holds as_of, and those after it, are the revenue up to as_of plus the revenue that is expected of these
-- customers: expected purchases times order value, as in audience.customers, summed over the cohort. So a cohort needs
-- no older one that shows how it goes on, and customers who have gone silent count for less than those who came back.
--
-- The expectation is held to the shop's own past: on three days before as_of the same is expected from nothing later,
-- and compared with what followed. What these windows have in common moves the level, weighed against one window
-- without error. How far the windows, the cohorts and the customers were apart makes the interval; in a cohort of few
-- it counts that perhaps nobody comes back, and that the few who spend most decide how far customers were apart. A
-- window is a quarter of the time since the first purchase, or as long as the forecast reaches, if that is shorter;
-- further ahead the variance grows in proportion. Where customers change, the interval is too narrow; see history.md.
-- Of a cohort whose first period has not ended, only the customers so far are meant.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter: as in audience.customers
-- - every, split_by: as in audience.cohorts; model and interval are those of the whole shop
-- - ahead: INTEGER, 1 to 120; how many periods to look ahead after the one that holds as_of, up to a century; default
--   12
--
-- Returns:
-- - cohort: first day of the period in which these customers made their first purchase
-- - age: periods since then, 0 = that period itself
-- - period_end: last day of the period of this age
-- - customers: customers in the cohort, the same at every age
-- - observed: whether the period had ended at as_of; false = expected
-- - cumulative_revenue_per_customer: revenue from age 0 to the end of this period, per customer in the cohort, refunds
--   included; NULL where no amount of the cohort is known
-- - low: lower end of its 80 % interval, the same as the revenue where it is observed; the revenue so far where nobody
--   of the cohort may come back; NULL where it is expected and the shop is younger than four days, or its past windows
--   have no revenue
-- - high: upper end
-- - split: the value of split_by, of the type that was given; NULL for customers without one and where it is not given
--
-- Errors:
-- - ahead is out of range
-- - and as in audience.cohorts
--
-- Example:
-- FROM audience.cohort_forecast('orders', customer_id, order_date, amount, filter := status <> 'cancelled',
--                               every := '3 months', as_of := DATE '2025-09-30', split_by := country, ahead := 2)
-- WHERE split = 'DE' AND cohort >= DATE '2025-04-01'
-- ORDER BY cohort, age;
--
-- Source: the purchase model, see audience.customers; errors of the past by the method of moments, with a variance that
-- is proportional to the mean for customers, England & Verrall (2002), section 2.3, and to its square for cohorts and
-- windows; the interval is that of a lognormal distribution with a chance of nothing, by Student's t.
CREATE MACRO audience.cohort_forecast(
    orders,
    customer_id,
    order_date,
    amount,
    every := '1 month',
    as_of := NULL,
    filter := true,
    split_by := NULL,
    ahead := 12
) AS TABLE
SELECT
    __cohort AS cohort,
    __age AS age,
    __end AS period_end,
    __customers AS customers,
    __observed AS observed,
    __cumulative AS cumulative_revenue_per_customer,
    __low AS low,
    __high AS high,
    __split AS split
FROM audience.__cohort_forecast('cohort_forecast', orders, customer_id, order_date, amount, every, as_of, filter,
                                split_by, ahead)
ORDER BY split ASC, cohort ASC, age ASC;
