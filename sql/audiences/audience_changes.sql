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
--   the message says how many and names the first
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
    FROM audience.__comparable_keys('audience_changes', 'before and after', before, after)
), __rows AS NOT MATERIALIZED (
    SELECT audience, customer_id, 'before' AS __argument FROM query_table(before), __comparable WHERE __is_comparable
    UNION ALL
    SELECT audience, customer_id, 'after' FROM query_table(after), __comparable WHERE __is_comparable
), __rows_before AS NOT MATERIALIZED (
    -- Of the type that both have in common.
    SELECT audience, customer_id FROM __rows WHERE __argument = 'before'
), __rows_after AS NOT MATERIALIZED (
    SELECT audience, customer_id FROM __rows WHERE __argument = 'after'
), __audiences AS MATERIALIZED (
    FROM audience.__audiences('audience_changes', 'before and after', '__rows')
), __before AS (
    SELECT __customer, __set AS __was, __repeated FROM audience.__member_sets('audience_changes', '__rows_before', '__audiences')
), __after AS (
    SELECT __customer, __set AS __is, __repeated AS __repeated_after FROM audience.__member_sets('audience_changes', '__rows_after', '__audiences')
), __differing AS MATERIALIZED (
    SELECT __customer, coalesce(__was, ''::BLOB) AS __was, coalesce(__is, ''::BLOB) AS __is,
           coalesce(__repeated > 0, false) OR coalesce(__repeated_after > 0, false) AS __is_repeated
    FROM __before FULL JOIN __after USING (__customer)
    WHERE __was IS DISTINCT FROM __is OR __repeated > 0 OR __repeated_after > 0
), __faulty AS (
    SELECT __argument, audience AS __audience, customer_id AS __customer, count(*) AS __times
    FROM __rows
    WHERE audience IS NULL OR customer_id IS NULL
    GROUP BY ALL
    UNION ALL
    SELECT __argument, audience, customer_id, count(*)
    FROM __rows SEMI JOIN (FROM __differing WHERE __is_repeated) ON customer_id = __customer
    WHERE audience IS NOT NULL
    GROUP BY ALL
    HAVING count(*) > 1
), __faults AS (
    SELECT __argument,
           sum(__times) FILTER (__audience IS NULL OR __customer IS NULL) AS __missing,
           min(__audience) FILTER (__customer IS NULL) AS __missing_in,
           count(*) AS __repeated,
           min({'audience': __audience, 'customer': __customer}) AS __first
    FROM __faulty
    GROUP BY __argument
), __messages AS (
    SELECT CASE WHEN __missing > 0
                THEN concat(__argument, ' has a NULL audience or customer_id in ', __missing, CASE __missing WHEN 1 THEN ' row' ELSE ' rows' END, ', the first in audience ' || __missing_in)
                ELSE concat(__argument, ' has ', __repeated, CASE __repeated WHEN 1 THEN ' member' ELSE ' members' END, ' more than once, the first is ', __first.customer, ' in audience ', __first.audience)
           END AS __message
    FROM __faults
), __checked AS MATERIALIZED (
    SELECT CASE WHEN count(__message) > 0
                THEN error(concat('audience: audience_changes: ', string_agg(__message, '; ' ORDER BY __message DESC)))
                ELSE true END AND bool_and(__is_comparable) AS __valid
    FROM __comparable LEFT JOIN __messages ON true
), __changed AS (
    SELECT __customer, unnest(__audience_set_difference('audience_changes', __is, __was)) AS __number, 'added' AS __change FROM __differing, __checked WHERE __valid
    UNION ALL
    SELECT __customer, unnest(__audience_set_difference('audience_changes', __was, __is)), 'removed' FROM __differing, __checked WHERE __valid
)
SELECT __audience AS audience, __customer AS customer_id, __change AS change
FROM __changed JOIN __audiences USING (__number)
ORDER BY __number, __customer;
