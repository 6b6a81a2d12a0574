-- One row per audience and product that a member bought: the members who did, the members and all customers who bought
-- anything, and all buyers of the product. `bought` has one row per customer and product, and one with a NULL for who
-- has lines without a product. `audiences` is that of __audiences.
CREATE MACRO audience.__audience_pairs(caller, members, audiences, bought) AS TABLE
WITH __keys AS (
    -- One row per customer and product.
    SELECT __customer AS customer_id FROM query_table(bought)
), __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys(caller, 'members and lines', members, '__keys')
), __rows AS (
    -- One row per row of the members.
    SELECT audience AS __audience, customer_id AS __customer FROM query_table(members), __comparable
    WHERE customer_id IS NOT NULL AND __is_comparable
), __members AS (
    -- One row per audience and member.
    SELECT DISTINCT __number, __customer FROM __rows JOIN query_table(audiences) USING (__audience)
), __theirs AS MATERIALIZED (
    -- One row per audience, member and product of theirs.
    SELECT __number, __customer, __product FROM __members JOIN query_table(bought) USING (__customer)
), __sizes AS (
    -- One row per audience with a member who bought anything.
    SELECT __number, count(DISTINCT __customer)::INTEGER AS __members FROM __theirs GROUP BY __number
), __everybody AS (
    -- One row: the customers who bought anything, and the products.
    SELECT count(DISTINCT __customer)::INTEGER AS __customers, count(DISTINCT __product) AS __products
    FROM query_table(bought)
), __sold AS (
    -- One row per product.
    SELECT __product, count(*)::INTEGER AS __all_buyers FROM query_table(bought)
    WHERE __product IS NOT NULL
    GROUP BY __product
), __counted AS (
    -- One row per audience and product that a member bought.
    SELECT __number, __product, count(*)::INTEGER AS __buyers FROM __theirs
    WHERE __product IS NOT NULL
    GROUP BY __number, __product
)
SELECT __number, __product, __buyers, __members, __all_buyers, __customers, __products
FROM __counted JOIN __sizes USING (__number) JOIN __sold USING (__product), __everybody;
