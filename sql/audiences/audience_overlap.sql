-- The customers that every two audiences have in common. One row per pair, also for pairs without a common customer,
-- ordered by both names.
--
-- A customer counts once per audience, however often the relation repeats them. The relation is read twice, so store a
-- slow view as a table first.
--
-- Arguments:
-- - members: the quoted name of a relation with the columns audience and customer_id, such as a table of what
--   audience.members gave; rows with a NULL in either are ignored
--
-- Returns:
-- - audience_a: an audience
-- - audience_b: an audience that comes after it in their order
-- - customers_a: customers in the first
-- - customers_b: customers in the second
-- - both: customers in both; a word of SQL, so write "both"
-- - jaccard: Jaccard index, 0 to 1: both as a share of the customers in either; 1 means that the audiences are the same
-- - lift: both in multiples of what chance would give two audiences of these sizes, among the customers of all
--   audiences in members; 1 means that the two are independent
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
CREATE MACRO audience.audience_overlap(members) AS TABLE
WITH __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__audiences('audience_overlap', 'members', members)
), __counted AS MATERIALIZED (
    -- One row: all pairs.
    SELECT count(*) AS __customers, __audience_set_overlap('audience_overlap', __set) AS __pairs
    FROM audience.__member_sets('audience_overlap', members, '__audiences')
), __pairs AS (
    -- One row per pair of audiences.
    SELECT unnest(__pairs) AS __pair, __customers FROM __counted
)
SELECT
    __first.__audience AS audience_a,
    __second.__audience AS audience_b,
    __pair.customers_a,
    __pair.customers_b,
    __pair.both,
    __pair.both / (__pair.customers_a + __pair.customers_b - __pair.both) AS jaccard,
    __pair.both::DOUBLE * __customers / (__pair.customers_a::DOUBLE * __pair.customers_b) AS lift
FROM __pairs
JOIN __audiences AS __first ON __first.__number = __pair.a
JOIN __audiences AS __second ON __second.__number = __pair.b
ORDER BY __pair.a, __pair.b;
