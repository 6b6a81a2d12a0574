-- The members of every audience in a table of definitions, found in one pass over the customers. One row per audience
-- and member, ordered by customer_id, then by audience. The definitions are JSON, see audiences.md.
--
-- Definitions may also ask what a customer bought and wants, which is found in one pass over the order lines. Members
-- are rows of customers: who has only order lines is none, and has no rank. A customer without an order line has
-- bought nothing, and is interested in nothing.
--
-- Arguments:
-- - customers: the quoted name of a relation with one row per customer, such as the saved result of audience.customers,
--   joined with whatever else you know about them. Definitions may use all of its columns
-- - customer_id: expression over its columns; rows where it is NULL are ignored
-- - definitions: the quoted name of a relation with the columns name and definition (VARCHAR or JSON); others, such as
--   a description, are ignored
-- - as_of: DATE, the day from which relative dates count; default NULL = current_date
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame; needed where a definition asks for
--   bought, not_bought or interested_in, which may use all of its columns; default NULL = none
-- - line_customer_id, line_date: expressions over the lines, as customer_id and order_date of audience.interested_in;
--   lines after as_of are ignored
-- - product: expression over the lines, the product's key, as in audience.interested_in; needed for interested_in
-- - filter: BOOLEAN expression over the lines; default all lines. Exclude refunds with it: filter := quantity > 0
-- - horizon_days: as in audience.interested_in
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
-- - a definition asks about products, and lines or product are not given, or no order line up to as_of has such a
--   product; the message names the audience and the path
-- - lines is given without line_customer_id and line_date, or one of these, product or filter without lines; its keys
--   cannot be compared with those of customers
-- - definitions ask for interest in more than 1,000 sets of products; horizon_days is out of range; as_of is infinite
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
-- Source: the semantics are those of SQL's WHERE; see audiences.md. Purchase intent: as in audience.interested_in.
CREATE MACRO audience.members(
    customers,
    customer_id,
    definitions,
    as_of := NULL,
    lines := NULL,
    line_customer_id := NULL,
    line_date := NULL,
    product := NULL,
    filter := true,
    horizon_days := 60
) AS TABLE
WITH __rows AS (
    -- One row per row of customers. With the day, because DuckDB 2.0 ends a correlated query in an internal error where
    -- what is correlated and may fail meets a CTE that is not.
    SELECT audience.__column('members', 'customer_id', customer_id, __row) AS __customer, __row, as_of AS __asked
    FROM query_table(customers) AS __row
), __read AS MATERIALIZED (
    -- One row: all definitions, and the day, as in __rows.
    SELECT __audience_definitions('members', __table) AS __given, as_of AS __asked
    FROM audience.__definition_table('members', definitions)
), __checked AS MATERIALIZED (
    -- One row: all definitions, and the day.
    SELECT __given.packed AS __definitions, __given.names AS __names, __given.product_sets AS __product_sets,
           __given.labels AS __labels, __given.interests AS __interests,
           audience.__checked_number('members', 'horizon_days', horizon_days, 1, 3650) AS __horizon_days,
           CASE WHEN as_of IS NULL THEN current_date
                ELSE audience.__checked_date('members', 'as_of', as_of) END AS __as_of
    FROM __read
), __typed AS MATERIALIZED (
    -- One row, from a row of NULLs, so that columns are checked also where there are no customers.
    SELECT count(__audience_members('members', __definitions, __as_of, __row,
                                    CASE WHEN lines IS NOT NULL THEN []::INTEGER[] END)) AS __fits
    FROM __checked LEFT JOIN (SELECT __row FROM __rows LIMIT 0) ON true
), __without_lines AS NOT MATERIALIZED (
    -- One row per row of customers, of whom nothing is known about products.
    SELECT *, NULL::INTEGER[] AS __answers FROM __rows
), __with_lines AS NOT MATERIALIZED (
    -- One row per row of customers, with the questions about products to which their lines say yes.
    FROM audience.__answered('members', '__rows', '__checked', coalesce(lines, '__rows'), line_customer_id, line_date,
                             product, filter)
), __matched AS MATERIALIZED (
    -- One row per customer, with the numbers of the audiences.
    SELECT __customer, __audience_members('members', __definitions, __as_of, __row, __answers) AS __numbers
    FROM query_table(CASE WHEN lines IS NULL THEN '__without_lines' ELSE '__with_lines' END), __checked
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
    SELECT __customer, unnest(__numbers) AS __number FROM (FROM __matched ORDER BY __customer ASC)
)
SELECT __names[__number] AS audience, __customer AS customer_id
FROM __sorted, __checked, __unique, __typed,
     audience.__lines_meant('members', customers, lines, line_customer_id, line_date, product, filter)
WHERE __error IS NULL AND __fits >= 0 AND __horizon_days > 0 AND __is_meant;
