-- Recency, frequency and monetary value of every customer, each scored 1 to bins (best) by quantile, and the segment.
-- In no order.
--
-- Customers are ranked, and equal ones share the mean of their ranks. So they get equal scores; NTILE would split the
-- many who bought once arbitrarily. score = 1 + floor(bins * p), at most bins, where p is how far the rank lies from
-- that of the worst, p = 0, to that of the best, p = 1. If all customers are equal they are in the middle, p = 0.5.
-- Some scores may not occur. With cut points of your own a score depends on the customer alone and stays comparable
-- from month to month.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter: as in audience.customers
-- - bins: INTEGER, 2 to 10; default 5
-- - r_cuts: LIST of bins - 1 ascending numbers of days, such as [30, 90, 180, 365]: who was silent for at most the
--   first scores bins, for more than the last 1; default NULL = by quantile
-- - f_cuts: LIST of bins - 1 ascending numbers of purchases, such as [2, 3, 5, 10]: who has fewer than the first scores
--   1, the last or more bins; default NULL = by quantile
-- - m_cuts: LIST of bins - 1 ascending amounts, read like f_cuts; default NULL = by quantile
-- - grid: LIST of {name, r_min, r_max, f_min, f_max} that names every cell of r and f exactly once; default NULL = the
--   grid in segments.md, which needs bins = 5
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - recency_days: days from the latest purchase to as_of
-- - frequency: purchases, that is days with at least one order
-- - monetary: revenue, refunds included; NULL when no amount is known
-- - r: recency score; the best are the most recent
-- - f: frequency score
-- - m: monetary score; unknown revenue counts as the lowest
-- - rfm_score: the three scores one after the other, such as 543, from bins = 10 on with dashes, such as 10-4-3
-- - segment: name of the cell of r and f; VARCHAR with a grid of your own; NULL without one when bins is not 5
--
-- Errors:
-- - bins is out of range; r_cuts, f_cuts or m_cuts are not bins - 1 ascending numbers
-- - the grid leaves cells out, covers cells twice or has a bound out of range (the message names them)
-- - and as in audience.customers
--
-- Example:
-- SELECT segment, count(*) AS customers, avg(recency_days) AS recency_days, avg(frequency) AS frequency,
--        sum(monetary) AS monetary
-- FROM audience.rfm('orders', customer_id, order_date, amount, filter := status = 'completed')
-- GROUP BY segment
-- ORDER BY segment;
--
-- Source: the RF grid with names in the style of Putler, as a partition of all 25 cells; the M score is not part of
-- it.
CREATE MACRO audience.rfm(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    bins := 5,
    grid := NULL,
    r_cuts := NULL,
    f_cuts := NULL,
    m_cuts := NULL,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__histories('rfm', orders, customer_id, order_date, amount, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__rfm_options('rfm', '__histories', bins, grid, r_cuts, f_cuts, m_cuts)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('rfm', '__histories', as_of)
), __values AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__rfm_values('__histories', '__clock')
), __found AS MATERIALIZED (
    -- One row: where each score begins by quantile.
    FROM audience.__rfm_cuts('rfm', '__values', (SELECT __bins FROM __options))
), __cuts AS MATERIALIZED (
    -- One row: where each score begins.
    SELECT coalesce(__r_given, __r_found) AS __r_cuts, coalesce(__f_given, __f_found) AS __f_cuts,
           coalesce(__m_given, __m_found) AS __m_cuts
    FROM __options, __found
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__rfm_columns('rfm', '__values', '__options', '__cuts')
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (segment::VARCHAR AS segment) FROM __enum
)
FROM query_table(audience.__labels('rfm', labels));
