-- The rows of audience.order_gaps, from what the parts of the orders say: the last step where orders are read in parts;
-- see scale.md. All columns are equal bit for bit to those of audience.order_gaps over all orders. Ordered by
-- purchase_number.
--
-- Arguments:
-- - states: the quoted name of a relation with the column of audience.order_gaps_part, one row per part, of all
--   customers, such as 'gaps_*.parquet'; nothing tells that a part is missing or there twice
--
-- Returns:
-- - purchase_number: as in audience.order_gaps
-- - customers_at_risk: as in audience.order_gaps
-- - customers_converted: as in audience.order_gaps
-- - share_30_days: as in audience.order_gaps
-- - share_60_days: as in audience.order_gaps
-- - share_90_days: as in audience.order_gaps
-- - share_180_days: as in audience.order_gaps
-- - share_365_days: as in audience.order_gaps
-- - p25_days: as in audience.order_gaps
-- - median_days: as in audience.order_gaps
-- - p75_days: as in audience.order_gaps
-- - naive_p25_days: as in audience.order_gaps
-- - naive_median_days: as in audience.order_gaps
-- - naive_p75_days: as in audience.order_gaps
--
-- Errors: a state was made for something else, by another version, or is damaged
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE parts AS
-- FROM audience.order_gaps_part('orders', customer_id, order_date, filter := customer_id % 2 = 0)
-- UNION ALL FROM audience.order_gaps_part('orders', customer_id, order_date, filter := customer_id % 2 = 1);
-- SELECT purchase_number, customers_at_risk, customers_converted, share_90_days, median_days, naive_median_days
-- FROM audience.order_gaps_of('parts')
-- ORDER BY purchase_number
-- LIMIT 4;
--
-- Source: as in audience.order_gaps.
CREATE MACRO audience.order_gaps_of(states) AS TABLE
WITH __found AS (
    -- One row: all steps.
    SELECT __audience_order_gaps_merged('order_gaps_of', state) AS __gaps FROM query_table(states)
)
FROM audience.__order_gap_rows('__found');
