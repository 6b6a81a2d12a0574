-- A cohort is the customers who first bought in the same period: how many of each cohort bought in every period since,
-- and for how much. One row per cohort and age up to the period that holds as_of, also where nobody bought; periods in
-- which nobody became a customer have no rows. Ordered by split, cohort and age.
--
-- Periods follow the calendar: months, quarters and years begin with the calendar's, weeks on Monday. Periods of n
-- months are counted from January 2000, those of n days from Monday, 2000-01-03. Age is counted in such periods, not
-- from a customer's own first day: who first buys on 31 January and again on 1 February is retained at age 1. Not every
-- cohort has reached every age, so compare equal ages of complete periods.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter: as in audience.customers
-- - every: INTERVAL or text such as '1 week'; whole days, weeks, months or years, not mixed; at most 1,000 periods;
--   default '1 month'. A placeholder date such as 1900-01-01 makes more: leave such rows out with filter
-- - split_by: expression over the relation, such as country, channel or, for order lines, category; cohorts are told
--   apart by its value on a customer's first purchase that has one, the least of several that day; default NULL = not
--
-- Returns:
-- - cohort: first day of the period in which these customers made their first purchase
-- - age: periods since then, 0 = that period itself
-- - customers: customers in the cohort, the same at every age
-- - retained: those of them with a purchase in this period; at age 0 all of them
-- - retention: retained / customers
-- - revenue: what the cohort spent in this period, refunds included and unknown amounts left out; refunds before a
--   customer's first purchase count at age 0; NULL where no amount of the cohort is known
-- - cumulative_revenue_per_customer: the cohort's revenue from age 0 up to this period, per customer in the cohort: the
--   lifetime value so far, before margin
-- - complete: whether the period had ended at as_of; false for the latest age, unless as_of is the period's last day
-- - split: the value of split_by, of the type that was given; NULL for customers without one and where it is not given
--
-- Errors:
-- - every is not a whole number of days, weeks, months or years, or makes more than 1,000 periods
-- - and as in audience.customers
--
-- Example:
-- FROM audience.cohorts('orders', customer_id, order_date, amount, filter := status <> 'cancelled', every := '1 year',
--                       as_of := DATE '2025-10-31', split_by := country)
-- WHERE split IN ('DE', 'GB')
-- ORDER BY split, cohort, age;
--
-- Source: counting, no model.
CREATE MACRO audience.cohorts(
    orders,
    customer_id,
    order_date,
    amount,
    every := '1 month',
    as_of := NULL,
    filter := true,
    split_by := NULL
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('cohorts', orders, customer_id, order_date, amount, as_of, filter, split_by)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('cohorts', '__logs', as_of)
), __periods AS MATERIALIZED (
    -- One row per period.
    SELECT *, row_number() OVER (ORDER BY __start ASC) - 1 AS __number
    FROM audience.__periods('cohorts', every, (SELECT min(__first) FROM __logs), (SELECT __as_of FROM __clock))
), __cells AS (
    -- One row per split, cohort and age.
    FROM audience.__cohort_cells('cohorts', '__logs', '__periods')
)
SELECT
    __born.__start AS cohort,
    __cell.age::INTEGER AS age,
    __cell.customers,
    __cell.retained,
    __cell.retained / __cell.customers AS retention,
    __cell.revenue,
    __cell.cumulative / __cell.customers AS cumulative_revenue_per_customer,
    __now.__complete AS complete,
    __split AS split
FROM __cells
JOIN __periods AS __born ON __born.__number = __cell.cohort
JOIN __periods AS __now ON __now.__number = __cell.cohort + __cell.age
ORDER BY split ASC, cohort ASC, age ASC;
