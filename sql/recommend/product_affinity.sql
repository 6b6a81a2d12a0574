-- Products that are bought together: every pair with at least min_together common buyers, with support, confidence,
-- lift, similarity and significance. One row per unordered pair, product_a < product_b, in no order.
--
-- At the level of customers a pair counts once for everybody who ever bought both, at the level of orders once for
-- every order with both. Correlation is not causation.
--
-- Arguments:
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame
-- - customer_id, order_date: as in audience.customers
-- - product: the product's key, of any type that can be sorted; NULL is no product
-- - as_of, filter: as in audience.interested_in
-- - level: 'customer' or 'order'; default 'customer'
-- - order_id: the key of an order of a customer, only for the level of orders; lines with NULL are then ignored
-- - min_together: pairs with fewer common buyers are left out; at least 1; default 5
-- - top: only this many pairs, the most similar; at least 1; default NULL = all
--
-- Returns:
-- - product_a: the one product, of the type that was given
-- - product_b: the other
-- - together: customers, or orders, with both
-- - buyers_a: those with product_a
-- - buyers_b: those with product_b
-- - support: together over all customers, or orders
-- - confidence_ab: together / buyers_a: the share of buyers of a that also have b
-- - confidence_ba: together / buyers_b
-- - lift: together in multiples of what it would be if the two products were independent
-- - similarity: together / sqrt(buyers_a * buyers_b) * together / (together + 10): cosine similarity, shrunk where the
--   two are rarely together; 0 to 1
-- - p_value: Fisher's exact test, one-sided: the chance of so many together, or more, if the two products were
--   independent
-- - q_value: false-discovery rate (Benjamini-Hochberg q-value): the expected share of pairs that are together by
--   chance, among the listed ones with a p_value of at most this one's. All pairs of products count as tested, also
--   those that min_together leaves out, so it is never too small. It is too large by the factor by which pairs of that
--   significance outnumber the listed ones, and by up to 0.23 % from rounding
--
-- Errors: level is something else, order_id is not given at the level of orders or is given at that of customers,
-- min_together or top is less than 1, as_of is infinite
--
-- Example:
-- SELECT product_a, product_b, together, round(lift, 2) AS lift, round(similarity, 3) AS similarity,
--        q_value < 0.01 AS sure
-- FROM audience.product_affinity('lines', customer_id, order_date, product_name, filter := quantity > 0, top := 4)
-- ORDER BY similarity DESC;
--
-- Source: support, confidence: Agrawal, Imieliński & Swami (1993), SIGMOD; Fisher (1935); q-values: Benjamini &
-- Hochberg (1995), with the number of all pairs.
CREATE MACRO audience.product_affinity(
    lines,
    customer_id,
    order_date,
    product,
    as_of := NULL,
    filter := true,
    level := 'customer',
    order_id := NULL,
    min_together := 5,
    top := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__affinity_options('product_affinity', level, min_together, top)
), __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__detail, __amount) RENAME (__mark AS __order)
    FROM audience.__order_lines('product_affinity', lines, customer_id, order_date, product, 'order_id', order_id, NULL,
                                as_of, filter)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__products('__known')
), __baskets AS MATERIALIZED (
    -- One row per customer or order.
    FROM audience.__affinity_baskets('product_affinity', '__known', '__products', level)
), __frame AS MATERIALIZED (
    -- One row: what the matrix needs besides the baskets.
    SELECT __as_of, __min_together, __top, (SELECT count(*) FROM __products)::INTEGER AS __product_count
    FROM __options,
         audience.__clock('product_affinity', '__baskets', as_of),
         audience.__orders_given('product_affinity', '__known', '__options')
    WHERE __are_given
), __bought AS MATERIALIZED (
    -- One row: which basket has which product.
    SELECT __audience_purchase_matrix('product_affinity', __basket, __product_count, __product_count, __as_of, 1,
                                      2147483647) AS __matrix,
           max(__min_together) AS __min_together
    FROM __baskets, __frame
), __sold AS MATERIALIZED (
    -- One row per product, with its buyers. Stored before anything is joined to it, see __interests.
    SELECT __product, __index, __audience_product_buyers('product_affinity', __index, __matrix) AS __sold
    FROM __products, __bought
), __pairs AS MATERIALIZED (
    -- One row per pair that enough have bought.
    FROM audience.__affine_pairs('product_affinity', '__products', '__bought')
), __best AS (
    -- One row per pair of products to list.
    FROM audience.__listed_pairs('product_affinity', '__pairs', '__frame')
)
SELECT * FROM audience.__affinity_columns('__best', '__sold');
