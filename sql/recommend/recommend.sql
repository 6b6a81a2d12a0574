-- The products to offer to every customer, for an e-mail: what they buy again, then what buyers of the same products
-- bought, then what is popular. Up to `top` rows per customer with an order line up to as_of. Ordered by customer and
-- rank.
--
-- Arguments:
-- - lines, customer_id, order_date, product, as_of, filter: as in audience.interested_in
-- - top: products per customer, 1 to 1000; default 10. Fewer where the shop has no more
-- - only_new: true offers nothing that the customer has bought; default false
-- - target: BOOLEAN expression over the lines; only products with a line that meets it are offered; default all. The
--   others are never offered, but what a customer bought of them still speaks for similar products: to leave out gift
--   cards write target := category IS DISTINCT FROM 'Gift Cards'
-- - horizon_days: 1 to 3650; default 60. A purchase counts half after twice this time for the product itself, and after
--   four times this time for similar products. A product's trend looks back about this time
-- - own_share: 0 to 1, how large a share of `top` may be products that the customer has bought, rounded down to whole
--   products: 0.3 of top := 10 are up to 3, of top := 5 up to 1. The best of them come first, then the best new ones,
--   which also take the places of those that the customer lacks. Default NULL = no limit; 0 is only_new := true
-- - category: expression of any type over the lines; a product's category is that of most of its lines that have one,
--   the smallest of equally many. Only together with max_per_category; default NULL
-- - max_per_category: 1 to 1000, the most products of one category that a customer is offered, the first by rank.
--   Products without a category are not limited. Where too few are left, fewer than `top` are offered. Default NULL =
--   no limit
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
-- Errors:
-- - top, horizon_days, own_share or max_per_category is out of range, only_new is NULL, as_of is infinite
-- - target holds for no order line of a product
-- - category is given without max_per_category, or is NULL in every order line and max_per_category is given
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
    own_share := NULL,
    category := NULL,
    max_per_category := NULL,
    labels := 'enum'
) AS TABLE
WITH __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__amount) RENAME (__mark AS __target, __detail AS __category)
    FROM audience.__order_lines('recommend', lines, customer_id, order_date, product, 'target',
                                audience.__condition('recommend', 'target', target),
                                audience.__column('recommend', 'category', category, __row), as_of, filter)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__recommended_products('__known')
), __baskets AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__product_baskets('recommend', '__known', '__products')
), __frame AS MATERIALIZED (
    -- One row: what the steps need besides the baskets.
    FROM audience.__recommend_options('__baskets', '__products', as_of, horizon_days, only_new, top, own_share,
                                      max_per_category)
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
    SELECT __weights, __audience_product_catalogue('recommend', __matrix, __allowed, __categories, __as_of,
                                                   __horizon_days, __top, __most_own, __most_per_category)
               AS __catalogue
    FROM __weighed, __bought, __frame,
         (SELECT list(__allowed ORDER BY __index ASC) AS __allowed,
                 list(__category ORDER BY __index ASC) AS __categories
          FROM __products)
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
    ORDER BY __customer ASC, __rank ASC
), __text AS NOT MATERIALIZED (
    -- One row per customer and offer, with labels that every database can store.
    SELECT * REPLACE (source::VARCHAR AS source) FROM __enum
)
FROM query_table(audience.__labels('recommend', labels));
