-- The members of every audience in a table of definitions, found in one pass over the customers. One row per audience
-- and member, ordered by customer_id, then by audience. The definitions are JSON, see audiences.md.
--
-- Arguments:
-- - customers: the quoted name of a relation with one row per customer, such as the saved result of audience.customers,
--   joined with whatever else you know about them. Definitions may use all of its columns
-- - customer_id: expression over its columns; rows where it is NULL are ignored
-- - definitions: the quoted name of a relation with the columns name and definition (VARCHAR or JSON); others, such as
--   a description, are ignored
-- - as_of: DATE, the day from which relative dates count; default NULL = current_date
--
-- Returns:
-- - audience: the audience's name
-- - customer_id: the member, of the type that was given
--
-- Errors:
-- - a definition has an error that audience.definition_check would list; the message names the audience and the JSON
--   path
-- - a column does not exist, or cannot be compared with the value; the message names the audience, the path and the
--   column
-- - a customer has several rows; the message names the key
-- - as_of is infinite
--
-- Example:
-- CREATE TEMP TABLE shop AS
-- FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30');
-- CREATE TEMP TABLE segments AS FROM (VALUES
--     ('VIPs', '{"column": "importance_tier", "=": "VIP"}'),
--     ('Lost VIPs', '{"all": [{"audience": "VIPs"}, {"column": "lifecycle_stage", "=": "Lost"}]}'),
--     ('New buyers', '{"column": "first_order_date", "within_last_days": 30}')) AS v(name, definition);
-- SELECT audience, count(*) AS members, min(customer_id) AS first_member
-- FROM audience.members('shop', customer_id, 'segments', as_of := DATE '2025-06-30')
-- GROUP BY audience
-- ORDER BY audience;
--
-- Source: the semantics are those of SQL's WHERE; see audiences.md.
CREATE MACRO audience.members(
    customers,
    customer_id,
    definitions,
    as_of := NULL
) AS TABLE
WITH __rows AS (
    -- One row per row of customers.
    SELECT customer_id AS __customer, __row FROM query_table(customers) AS __row
), __read AS MATERIALIZED (
    -- One row: all definitions.
    SELECT __audience_definitions('members', __table) AS __given
    FROM audience.__definition_table('members', definitions)
), __checked AS MATERIALIZED (
    -- One row: all definitions, and the day.
    SELECT __given.packed AS __definitions, __given.names AS __names,
           CASE WHEN as_of IS NULL THEN current_date
                ELSE audience.__checked_date('members', 'as_of', as_of) END AS __as_of
    FROM __read
), __typed AS MATERIALIZED (
    -- One row, from a row of NULLs, so that columns are checked also where there are no customers.
    SELECT count(__audience_members('members', __definitions, __as_of, __row)) AS __fits
    FROM __checked LEFT JOIN (SELECT __row FROM __rows LIMIT 0) ON true
), __matched AS MATERIALIZED (
    -- One row per customer, with the numbers of the audiences.
    SELECT __customer, __audience_members('members', __definitions, __as_of, __row) AS __numbers
    FROM __rows, __checked
    WHERE __customer IS NOT NULL
), __repeated AS (
    -- One row per customer with several rows; the first is enough.
    SELECT __customer FROM __matched GROUP BY __customer HAVING count(*) > 1 LIMIT 1
), __unique AS MATERIALIZED (
    -- One row: NULL if there is none.
    SELECT any_value(audience.__refused(
               'members', concat('customers has several rows for the customer_id ',
                                 __audience_shown('members', __customer::VARCHAR)))) AS __error
    FROM __repeated
), __sorted AS (
    -- One row per customer and audience.
    SELECT __customer, unnest(__numbers) AS __number FROM (FROM __matched ORDER BY __customer)
)
SELECT __names[__number] AS audience, __customer AS customer_id
FROM __sorted, __checked, __unique, __typed
WHERE __error IS NULL AND __fits >= 0;
