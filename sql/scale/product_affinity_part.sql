-- What the order lines of some customers say about audience.product_affinity: how many bought each product, and each
-- two; audience.product_affinity_of adds the rows of all parts up. It is for order lines that are read in parts,
-- because they do not fit on one machine or into its memory. All lines of a customer have to be in one part, as parts
-- by a hash of the customer have them. Ordered by both products.
--
-- Arguments:
-- - lines, customer_id, order_date, product, filter, level, order_id: as in audience.product_affinity. Give the same in
--   every part
-- - as_of: DATE; lines after it are ignored; default NULL = only those after today
--
-- Returns:
-- - product_a: the one product, of the type that was given; NULL in the first row, which counts all
-- - product_b: the other, which comes after it; the same product in the row that counts its buyers
-- - baskets: customers, or orders, with both
-- - level: as it was given
-- - format_version: that of these rows
-- - as_of: as it was given; in the first row only, like what follows
-- - product_type: what products can be compared with, such as text or number
-- - part_rows: how many rows there are
-- - fingerprint: of the order lines that were counted; NULL without one
--
-- Errors: as in audience.product_affinity
--
-- Example:
-- FROM audience.product_affinity_part('lines', customer_id, order_date, category,
--                                     filter := category IN ('Tents', 'Wine'))
-- ORDER BY baskets DESC;
--
-- Source: counting.
CREATE MACRO audience.product_affinity_part(
    lines,
    customer_id,
    order_date,
    product,
    as_of := NULL,
    filter := true,
    level := 'customer',
    order_id := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options. A pair that is rare here may not be so in all parts.
    FROM audience.__affinity_options('product_affinity_part', level, 1, NULL)
), __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__detail, __amount) RENAME (__mark AS __order)
    FROM audience.__order_lines('product_affinity_part', lines, customer_id, order_date, product, 'order_id', order_id,
                                NULL, as_of, filter)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__products('__known')
), __baskets AS MATERIALIZED (
    -- One row per customer or order.
    FROM audience.__affinity_baskets('product_affinity_part', '__known', '__products', level)
), __counted AS MATERIALIZED (
    -- One row: what tells these lines from those of other parts.
    SELECT md5(sum(hash(__customer, __order, __day, __product))::VARCHAR) AS __fingerprint,
           audience.__type_family(typeof(any_value(__product))) AS __product_type
    FROM __known
), __frame AS MATERIALIZED (
    -- One row: what the matrix needs besides the baskets.
    SELECT __as_of, __min_together, __level, (SELECT count(*) FROM __products)::INTEGER AS __product_count
    FROM __options,
         audience.__clock('product_affinity_part', '__baskets', as_of),
         audience.__orders_given('product_affinity_part', '__known', '__options')
    WHERE __are_given AND (__as_of IS NULL OR isfinite(__as_of))
), __bought AS MATERIALIZED (
    -- One row: which basket has which product.
    SELECT __audience_purchase_matrix('product_affinity_part', __basket, __product_count, __product_count, __as_of, 1,
                                      2147483647) AS __matrix,
           max(__min_together) AS __min_together
    FROM __baskets, __frame
)
SELECT __a AS product_a, __b AS product_b, __count::BIGINT AS baskets, __level AS level, 1 AS format_version,
       CASE WHEN __row_count > 0 THEN audience.__given_day(as_of) END AS as_of,
       CASE WHEN __row_count > 0 THEN __product_type END AS product_type,
       __row_count::BIGINT AS part_rows,
       CASE WHEN __row_count > 0 THEN __fingerprint END AS fingerprint
FROM audience.__affinity_counts('product_affinity_part', '__products', '__baskets', '__bought'), __frame, __counted
ORDER BY __a ASC NULLS FIRST, __b ASC NULLS FIRST;
