-- The products to offer to every customer, for an e-mail: what they buy again, then what buyers of the same products
-- bought, then what is popular. Up to `top` rows per customer with an order line up to as_of. Ordered by customer and
-- rank.
--
-- Arguments:
-- - lines, customer_id, order_date, product, as_of, filter: as in audience.interested_in
-- - top: products per customer, 1 to 1000; default 10. Fewer where the shop has no more
-- - only_new: true offers nothing that the customer has bought; default false
-- - target: BOOLEAN expression over the lines; only products with a line that meets it are offered; default all
-- - horizon_days: 1 to 3650; default 60. A purchase counts half after twice this time for the product itself, and after
--   four times this time for similar products. A product's trend looks back about this time
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rank: 1 = offer this first
-- - product: the product, of the type that was given
-- - score: orders the rows of one source; comparable only among them
-- - because_product: for own the product itself; for similar the bought product that adds most to the score; for
--   popular NULL
-- - source: own, similar or popular. Customers with too few purchases get popular products, which many bought lately
--
-- Similar products come from the 6,000 with most lines, which always include the first 3,000 of `target`. Own and
-- popular ones come from all.
--
-- Errors: target holds for no order line of a product, top or horizon_days is out of range, only_new is NULL, as_of is
-- infinite
--
-- Example:
-- SELECT customer_id, rank, product, because_product, source
-- FROM audience.recommend('lines', customer_id, order_date, product_name, filter := quantity > 0, top := 3,
--                         only_new := true)
-- ORDER BY customer_id, rank
-- LIMIT 6;
--
-- Source: ridge regression on common buyers, after EASE, Steck (2019), WWW; what it was measured against is in
-- intent.md.
CREATE MACRO audience.recommend(
    lines,
    customer_id,
    order_date,
    product,
    as_of := NULL,
    filter := true,
    top := 10,
    only_new := false,
    target := true,
    horizon_days := 60,
    labels := 'enum'
) AS TABLE
WITH __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__detail, __amount) RENAME (__mark AS __target)
    FROM audience.__order_lines('recommend', lines, customer_id, order_date, product, 'target',
                                audience.__condition('recommend', 'target', target), NULL, as_of, filter)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__recommended_products('__known')
), __baskets AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__product_baskets('recommend', '__known', '__products')
), __frame AS MATERIALIZED (
    -- One row: what the steps need besides the baskets.
    SELECT __as_of, __horizon_days, __only_new, __product_count, __width,
           audience.__checked('recommend', 'top', __top, __top <= 1000, '1 to 1000')::INTEGER AS __top
    FROM audience.__intent_options('recommend', '__baskets', horizon_days, only_new, top),
         audience.__clock('recommend', '__baskets', as_of),
         (SELECT count(*)::INTEGER AS __product_count, count(*) FILTER (__is_compared)::INTEGER AS __width,
                 count(*) FILTER (__allowed) AS __allowed_count
          FROM __products)
    WHERE audience.__met('recommend', 'target', __product_count, __allowed_count)
), __bought AS MATERIALIZED (
    -- One row: which customer has which product.
    SELECT __audience_purchase_matrix('recommend', __basket, __product_count, __width, __as_of, __horizon_days, 500)
               AS __matrix
    FROM __baskets, __frame
), __common AS MATERIALIZED (
    -- One row: the common buyers of every two of the products that are compared.
    SELECT __audience_common_buyers('recommend', __index, __matrix) AS __common
    FROM (SELECT __index FROM __products WHERE __is_compared), __bought
), __weighed AS MATERIALIZED (
    -- One row: the weights of these products.
    SELECT __audience_product_weights('recommend', __index, __common) AS __weights
    FROM (SELECT __index FROM __products WHERE __is_compared), __common
), __catalogue AS MATERIALIZED (
    -- One row: all that an offer needs besides the basket.
    SELECT __weights, __audience_product_catalogue('recommend', __matrix, __allowed, __as_of, __horizon_days, __top,
                                                   __only_new) AS __catalogue
    FROM __weighed, __bought, __frame, (SELECT list(__allowed ORDER BY __index) AS __allowed FROM __products)
), __offered AS MATERIALIZED (
    -- One row per customer and offer. Stored before anything is joined to it, see __interests.
    SELECT __customer, unnest(__offers) AS __offer, generate_subscripts(__offers, 1) AS __rank
    FROM (SELECT __customer, __audience_offers('recommend', __basket, __weights, __catalogue, __catalogue) AS __offers
          FROM __baskets, __catalogue)
), __reasons AS (
    -- One row per product, and one for popular ones. A LEFT JOIN must not bring values of the user's type.
    SELECT __index, __product FROM __products UNION ALL SELECT -1, NULL
), __enum AS NOT MATERIALIZED (
    -- One row per customer and offer.
    SELECT __customer AS customer_id, __rank AS rank, __products.__product AS product, __offer.score,
           __because.__product AS because_product, __offer.source
    FROM __offered
    JOIN __products ON __products.__index = __offer.product
    JOIN __reasons AS __because ON __because.__index = coalesce(__offer.because, -1)
    ORDER BY __customer, __rank
), __text AS NOT MATERIALIZED (
    -- One row per customer and offer, with labels that every database can store.
    SELECT * REPLACE (source::VARCHAR AS source) FROM __enum
)
FROM query_table(audience.__labels('recommend', labels));
