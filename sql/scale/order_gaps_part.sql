-- What the orders of some customers say about audience.order_gaps: one row, which audience.order_gaps_of adds to those
-- of the other customers. It is for orders that are read in parts; all orders of a customer have to be in one part. See
-- scale.md.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter: as in audience.order_gaps
-- - as_of: DATE; later rows are ignored; default NULL = the day of the latest row of any part that is not after today
--
-- Returns:
-- - state: BLOB, how many customers waited how long for which purchase; as large as there are different waits, whatever
--   the number of customers
--
-- Errors: as_of is infinite
--
-- Example:
-- SELECT octet_length(state) < 100_000 AS is_small
-- FROM audience.order_gaps_part('orders', customer_id, order_date, filter := status = 'completed')
-- ORDER BY is_small;
--
-- Source: as in audience.order_gaps.
CREATE MACRO audience.order_gaps_part(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true
) AS TABLE
WITH __found AS MATERIALIZED (
    -- One row: what was counted, and the latest day.
    SELECT __audience_order_gaps_state('order_gaps_part', __days,
                                       coalesce(audience.__given_day(as_of), __latest)) AS __state,
           max(__latest) AS __latest
    FROM audience.__purchase_days('order_gaps_part', orders, customer_id, order_date, amount, as_of, filter)
)
SELECT __state AS state
FROM __found, (SELECT count(__as_of) AS __dates FROM audience.__clock('order_gaps_part', '__found', as_of))
-- Read, so that as_of is checked.
WHERE __dates <= 1;
