-- The customers that every two audiences have in common. One row per pair of audiences that have members, also without
-- a common one; with definitions also of audiences without members. Ordered by both names.
--
-- A customer counts once per audience, however often the relation repeats them. The relation is read twice, so store a
-- slow view as a table first.
--
-- Arguments:
-- - members: the quoted name of a relation with the columns audience and customer_id, such as a table of what
--   audience.members gave; rows with a NULL in either are ignored
-- - definitions: the quoted name of a relation with the column name, such as that which audience.members was given: its
--   audiences have rows also without a member; default: none
--
-- Returns:
-- - audience_a: an audience
-- - audience_b: an audience that comes after it in their order
-- - customers_a: customers in the first
-- - customers_b: customers in the second
-- - both: customers in both; a word of SQL, so write "both"
-- - jaccard: Jaccard index, 0 to 1: both as a share of the customers in either; 1 means that they are the same, NULL
--   that both are empty
-- - lift: both in multiples of what chance would give two audiences of these sizes, among the customers of all
--   audiences in members; 1 means that the two are independent; NULL where one of them is empty
--
-- Errors:
-- - there are more than 1,000 audiences
-- - the relation or a column does not exist: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE overlapping AS
-- SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id
-- FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed');
-- FROM audience.audience_overlap('overlapping')
-- WHERE "both" > 0
-- ORDER BY lift DESC
-- LIMIT 5;
--
-- Source: Jaccard (1912), New Phytologist 11:37; lift is both * customers / (customers_a * customers_b), of the
-- customers who are in any audience.
CREATE MACRO audience.audience_overlap(members, definitions := NULL) AS TABLE
WITH __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__listed_audiences('audience_overlap', members, definitions)
), __sets AS (
    -- One row per customer, and one for somebody who is in every audience: so every pair is counted, once too often.
    SELECT __set FROM audience.__member_sets('audience_overlap', members, '__audiences')
    UNION ALL
    SELECT __audience_member_set('audience_overlap', __number).audiences FROM __audiences
), __counted AS MATERIALIZED (
    -- One row: all pairs.
    SELECT count(*) - 1 AS __customers, __audience_set_overlap('audience_overlap', __set) AS __found FROM __sets
), __unnested AS (
    -- One row per pair of audiences.
    SELECT unnest(__found) AS __pair, __customers FROM __counted
), __pairs AS (
    -- One row per pair of audiences.
    SELECT __pair.a AS __a, __pair.b AS __b, __pair.customers_a - 1 AS __customers_a,
           __pair.customers_b - 1 AS __customers_b, __pair.both - 1 AS __both, __customers
    FROM __unnested
)
SELECT
    __first.__audience AS audience_a,
    __second.__audience AS audience_b,
    __customers_a AS customers_a,
    __customers_b AS customers_b,
    __both AS "both",
    __both / nullif(__customers_a + __customers_b - __both, 0) AS jaccard,
    __both::DOUBLE * __customers / nullif(__customers_a::DOUBLE * __customers_b, 0) AS lift
FROM __pairs
JOIN __audiences AS __first ON __first.__number = __a
JOIN __audiences AS __second ON __second.__number = __b
ORDER BY __a ASC, __b ASC;
