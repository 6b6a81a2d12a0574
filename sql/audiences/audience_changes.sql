-- The customers who joined or left each audience between two states of it. Send them to a platform to keep its list the
-- same as yours. Members of both states are left out. Ordered by audience and customer_id.
--
-- Arguments:
-- - before: the quoted name of a relation with the columns audience and customer_id, such as the members that the
--   platform has; empty if it has none yet
-- - after: the same for the new state
--
-- Returns:
-- - audience: the audience
-- - customer_id: the customer
-- - change: added or removed
--
-- Errors:
-- - before or after has rows with a NULL audience or customer_id, or the same customer more than once in an audience;
--   the message says how many and names the first, an e-mail address shortened (a…@x.com)
-- - there are more than 1,000 audiences
-- - the types of customer_id cannot be compared, such as INTEGER and VARCHAR
-- - a relation or a column does not exist: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE june AS
-- SELECT 'VIP' AS audience, customer_id
-- FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30')
-- WHERE importance_tier = 'VIP';
-- CREATE TEMP TABLE july AS
-- SELECT 'VIP' AS audience, customer_id
-- FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2025-07-31')
-- WHERE importance_tier = 'VIP';
-- FROM audience.audience_changes('june', 'july');
--
-- Source: the difference of two sets of keys.
CREATE MACRO audience.audience_changes(before, after) AS TABLE
WITH __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys('audience_changes', 'before and after', before, after)
), __rows AS NOT MATERIALIZED (
    -- One row per row of both relations, whose keys get the type that both have in common.
    SELECT audience, customer_id, 'before' AS __argument FROM query_table(before), __comparable WHERE __is_comparable
    UNION ALL
    SELECT audience, customer_id, 'after' FROM query_table(after), __comparable WHERE __is_comparable
), __rows_before AS NOT MATERIALIZED (
    -- One row per row of before.
    SELECT audience, customer_id FROM __rows WHERE __argument = 'before'
), __rows_after AS NOT MATERIALIZED (
    -- One row per row of after.
    SELECT audience, customer_id FROM __rows WHERE __argument = 'after'
), __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__audiences('audience_changes', 'before and after', '__rows')
), __before AS (
    -- One row per customer of before.
    SELECT __customer, __set AS __was, __repeated
    FROM audience.__member_sets('audience_changes', '__rows_before', '__audiences')
), __after AS (
    -- One row per customer of after.
    SELECT __customer, __set AS __is, __repeated AS __repeated_after
    FROM audience.__member_sets('audience_changes', '__rows_after', '__audiences')
), __differing AS MATERIALIZED (
    -- One row per customer who differs or is repeated.
    SELECT __customer, coalesce(__was, ''::BLOB) AS __was, coalesce(__is, ''::BLOB) AS __is,
           coalesce(__repeated > 0, false) OR coalesce(__repeated_after > 0, false) AS __is_repeated
    FROM __before FULL JOIN __after USING (__customer)
    WHERE __was IS DISTINCT FROM __is OR __repeated > 0 OR __repeated_after > 0
), __checked AS MATERIALIZED (
    -- One row: true if both are sound.
    SELECT __valid AND __is_comparable AS __valid
    FROM __comparable, audience.__members_checked('__rows', '__differing')
), __changed AS (
    -- One row per member who was added or removed.
    SELECT __customer, unnest(__audience_set_difference('audience_changes', __is, __was)) AS __number,
           'added' AS __change
    FROM __differing, __checked
    WHERE __valid
    UNION ALL
    SELECT __customer, unnest(__audience_set_difference('audience_changes', __was, __is)), 'removed'
    FROM __differing, __checked
    WHERE __valid
)
SELECT __audience AS audience, __customer AS customer_id, __change AS change
FROM __changed JOIN __audiences USING (__number)
ORDER BY __number ASC, __customer ASC;
