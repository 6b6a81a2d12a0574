-- What the members of each audience buy more than others: products with the share of buyers in the audience and among
-- all customers with an order line. One row per audience and product, ordered by audience, the surest products first.
--
-- Shares are of customers who have bought anything: a member without an order line, such as a contact, counts in no
-- share. Who bought a product several times counts once.
--
-- Arguments:
-- - members: as in audience.audience_overlap
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame
-- - customer_id, order_date: as in audience.customers, for the lines
-- - product: the product's key, of any type that can be sorted; NULL is no product
-- - as_of, filter: as in audience.interested_in
-- - min_buyers: products that fewer members have bought are left out; at least 1; default 5
-- - top: only this many products of each audience, the surest; at least 1; default NULL = all
--
-- Returns:
-- - audience: the audience
-- - product: the product, of the type that was given
-- - buyers: members who bought it
-- - share_in_audience: their share, 0 to 1, of the members who bought anything
-- - share_in_base: share, 0 to 1, of all customers with an order line who bought it
-- - lift: share_in_audience in multiples of share_in_base; above 1, members buy it more than others
-- - p_value: Fisher's exact test, one-sided: the chance of so many buyers, or more, if the members bought like all
-- - q_value: false-discovery rate (Benjamini-Hochberg q-value): the expected share of products that are there by chance
--   among those of the audience with a p_value of at most this one's; all products that were bought count as tested
--
-- Errors:
-- - there are more than 1,000 audiences; min_buyers or top is less than 1; as_of is infinite
-- - the types of customer_id in members and lines cannot be compared, such as INTEGER and VARCHAR
-- - a relation or a column does not exist, or a type does not fit: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE fans AS
-- SELECT DISTINCT 'Wine' AS audience, customer_id FROM lines WHERE category = 'Wine' AND customer_id IS NOT NULL;
-- SELECT product, buyers, share_in_audience, share_in_base, lift, q_value < 0.01 AS sure
-- FROM audience.audience_products('fans', 'lines', customer_id, order_date, product_name, filter := category <> 'Wine',
--                                 top := 4);
--
-- Source: Fisher (1935); q-values: Benjamini & Hochberg (1995), per audience.
CREATE MACRO audience.audience_products(
    members,
    lines,
    customer_id,
    order_date,
    product,
    as_of := NULL,
    filter := true,
    min_buyers := 5,
    top := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_number('audience_products', 'min_buyers', min_buyers, 1, 2147483647) AS __min_buyers,
           audience.__checked_top('audience_products', top) AS __top,
           CASE WHEN as_of IS NULL THEN true
                ELSE audience.__checked_date('audience_products', 'as_of', as_of) IS NOT NULL END AS __is_valid
), __bought AS MATERIALIZED (
    -- One row per customer and product, and a NULL for lines without one.
    SELECT DISTINCT __customer, __product
    FROM audience.__order_lines('audience_products', lines, customer_id, order_date, product, 'product', NULL, NULL,
                                as_of, filter), __options
    WHERE __is_valid
), __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__audiences('audience_products', 'members', members)
), __tested AS (
    -- One row per audience and product that a member bought.
    SELECT *, __audience_affinity('audience_products', {
                  'product': 0,
                  'together': __buyers,
                  'buyers': __members,
                  'other_buyers': __all_buyers,
                  'baskets': __customers
              }).p_value AS __p_value
    FROM audience.__audience_pairs('audience_products', members, '__audiences', '__bought')
), __placed AS (
    -- One row per audience and product that a member bought, with the number of those that are as significant.
    SELECT *, count(*) OVER (PARTITION BY __number ORDER BY __p_value ASC) AS __place FROM __tested
), __corrected AS (
    -- One row per audience and product that a member bought, with the false-discovery rate.
    SELECT *, min(least(1, __p_value * __products / __place)) OVER (PARTITION BY __number ORDER BY __p_value DESC)
                  AS __q_value,
           (__buyers / __members) / (__all_buyers / __customers) AS __lift
    FROM __placed
), __listed AS (
    -- One row per audience and product to list, with its place.
    SELECT *, row_number() OVER (PARTITION BY __number ORDER BY __p_value ASC, __lift DESC, __product ASC) AS __row
    FROM __corrected, __options
    WHERE __buyers >= __min_buyers AND __is_valid
)
SELECT
    __audience AS audience,
    __product AS product,
    __buyers::BIGINT AS buyers,
    __buyers / __members AS share_in_audience,
    __all_buyers / __customers AS share_in_base,
    __lift AS lift,
    __p_value AS p_value,
    __q_value AS q_value
FROM __listed JOIN __audiences USING (__number)
WHERE __row <= coalesce(__top, __row)
ORDER BY __number ASC, __row ASC;
