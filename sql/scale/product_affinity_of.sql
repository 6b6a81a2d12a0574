-- The rows of audience.product_affinity, from what the parts of the order lines say: equal to it bit for bit. One row
-- per unordered pair, product_a < product_b. The rows are in no order.
--
-- Arguments:
-- - counts: the quoted name of a relation with the rows of audience.product_affinity_part, of all customers, such as
--   'affinity_*.parquet'. All parts have the same level, and each is there once
-- - min_together, top: as in audience.product_affinity
--
-- Returns:
-- - product_a: as in audience.product_affinity
-- - product_b: as in audience.product_affinity
-- - together: as in audience.product_affinity
-- - buyers_a: as in audience.product_affinity
-- - buyers_b: as in audience.product_affinity
-- - support: as in audience.product_affinity
-- - confidence_ab: as in audience.product_affinity
-- - confidence_ba: as in audience.product_affinity
-- - lift: as in audience.product_affinity
-- - similarity: as in audience.product_affinity
-- - p_value: as in audience.product_affinity
-- - q_value: as in audience.product_affinity
--
-- Errors:
-- - the counts are of another version, of two levels, days or types of products, rows of a part are missing or there
--   twice, or more bought a pair of products than one of them
-- - min_together or top is less than 1
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE parts AS
-- FROM audience.product_affinity_part('lines', customer_id, order_date, product_name, filter := customer_id % 2 = 0)
-- UNION ALL
-- FROM audience.product_affinity_part('lines', customer_id, order_date, product_name, filter := customer_id % 2 = 1);
-- SELECT product_a, product_b, together, round(lift, 2) AS lift, round(similarity, 3) AS similarity
-- FROM audience.product_affinity_of('parts', top := 3)
-- ORDER BY similarity DESC;
--
-- Source: as in audience.product_affinity.
CREATE MACRO audience.product_affinity_of(counts, min_together := 5, top := NULL) AS TABLE
WITH __rows AS MATERIALIZED (
    -- One row per pair, per product and for all, of every part.
    FROM audience.__affinity_rows(counts)
), __total AS MATERIALIZED (
    -- One row: the customers or orders.
    SELECT __baskets, __min_together, __top
    FROM audience.__affinity_options('product_affinity_of', 'customer', min_together, top),
         audience.__affinity_total('product_affinity_of', '__rows')
    WHERE __baskets IS NOT NULL
), __products AS (
    -- One row per product, with its buyers.
    SELECT __a AS __product, sum(__count)::BIGINT AS __buyers FROM __rows
    WHERE __a IS NOT DISTINCT FROM __b AND __a IS NOT NULL
    GROUP BY __a
), __sold AS MATERIALIZED (
    -- One row per product, as audience.product_affinity has it.
    SELECT __product, (row_number() OVER (ORDER BY __product ASC) - 1)::INTEGER AS __index,
           {'buyers': __buyers, 'baskets': __baskets::BIGINT} AS __sold
    FROM __products, __total
), __frame AS MATERIALIZED (
    -- One row: also the number of products.
    SELECT *, (SELECT count(*) FROM __sold)::INTEGER AS __product_count FROM __total
), __pairs AS MATERIALIZED (
    -- One row per pair that enough have bought.
    FROM audience.__summed_pairs('product_affinity_of', '__rows', '__sold', '__frame')
), __best AS (
    -- One row per pair of products to list.
    FROM audience.__listed_pairs('product_affinity_of', '__pairs', '__frame')
)
SELECT * FROM audience.__affinity_columns('__best', '__sold');
