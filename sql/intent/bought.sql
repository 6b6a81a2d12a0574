-- Who bought a product, brand, category or search, how often and when. One row for every customer with an order line up
-- to as_of, in no order.
--
-- A purchase is a day on which the customer bought something of the target; several lines or orders of a day are one.
--
-- Arguments:
-- - lines: the quoted name of a relation of order lines
-- - customer_id: expression over its columns; rows where it is NULL are ignored
-- - order_date: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone); rows where it is NULL or infinite
--   are ignored
-- - target: BOOLEAN expression over the lines: category = 'Wine', product_id = '10105', keyword(product_name,
--   'lantern'); NULL counts as false
-- - as_of: as in audience.customers
-- - filter: as in audience.customers. Lines have no amount here, so leave refunds and cancelled orders out:
--   filter := status = 'completed', or filter := quantity > 0
-- - since: DATE; only purchases from this day on count; default NULL = all
-- - at_least: INTEGER, from 0; the fewest purchases that make a customer a buyer; default 1
-- - at_most: INTEGER, from at_least; the most purchases of a buyer; default NULL = no limit. With at_least := 0 and
--   at_most := 0 the buyers are those who did not buy
--
-- Returns:
-- - customer_id: the customer, of the type that was given; also one who did not buy
-- - bought: whether times is from at_least to at_most
-- - times: purchases of the target from since to as_of
-- - first_bought_date: day of the first of them; NULL without one
-- - last_bought_date: day of the latest of them; NULL without one
--
-- Errors:
-- - at_least or at_most is out of range
-- - target holds for no order line up to as_of that `filter` leaves
-- - as_of or since is infinite; since is after as_of
--
-- Example:
-- SELECT customer_id, bought, times, first_bought_date, last_bought_date
-- FROM audience.bought('lines', customer_id, order_date, category = 'Wine', filter := status = 'completed',
--                      since := DATE '2025-01-01', at_least := 3)
-- WHERE times > 0
-- ORDER BY customer_id
-- LIMIT 5;
--
-- Source: none; counts.
CREATE MACRO audience.bought(
    lines,
    customer_id,
    order_date,
    target,
    as_of := NULL,
    filter := true,
    since := NULL,
    at_least := 1,
    at_most := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_whole('bought', 'at_least', at_least, audience.__number(at_least) >= 0,
                                    '0 or more')::BIGINT AS __at_least,
           coalesce(audience.__checked_whole(
               'bought', 'at_most', at_most,
               at_most IS NULL OR audience.__number(at_most) >= audience.__number(at_least),
               'at_least or more')::BIGINT, 9223372036854775807) AS __at_most,
           CASE WHEN as_of IS NULL THEN true ELSE isfinite(audience.__checked_date('bought', 'as_of', as_of)) END
               AND CASE WHEN since IS NULL THEN true
                        ELSE isfinite(audience.__checked_date('bought', 'since', since)) END
               AND CASE WHEN audience.__given_day(since) > audience.__given_day(as_of)
                        THEN audience.__refused('bought', concat(
                            'since must not be after as_of, got ', since::VARCHAR, ' and ', as_of::VARCHAR))
                        ELSE true END AS __has_window
), __rows AS (
    -- One row per order line up to as_of that `filter` leaves.
    SELECT * RENAME (__mark AS __target)
    FROM audience.__order_lines('bought', lines, customer_id, order_date, NULL, 'target',
                                audience.__condition('bought', 'target', target), NULL, as_of, filter)
), __histories AS MATERIALIZED (
    -- One row per customer, with the purchases of the target, and whether there was one before since as well.
    SELECT __customer, bool_or(CASE WHEN __target THEN true END) AS __ever,
           __audience_purchase_history(
               'bought',
               CASE WHEN __target AND (since IS NULL OR __day >= audience.__given_day(since)) THEN __day END,
               NULL
           ).history AS __history
    FROM __rows
    GROUP BY __customer
), __counts AS (
    -- One row per customer.
    SELECT __customer, coalesce(__history.purchases, 0) AS __times, __history.first_order_date AS __first,
           __history.last_order_date AS __last
    FROM __histories
)
SELECT
    __customer AS customer_id,
    __times BETWEEN __at_least AND __at_most AS bought,
    __times AS times,
    __first AS first_bought_date,
    __last AS last_bought_date
FROM __counts, __options
WHERE __has_window
  AND audience.__met('bought', 'target', (SELECT count(*) FROM __histories),
                     (SELECT count(*) FROM __histories WHERE __ever));
