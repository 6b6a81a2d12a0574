-- What the orders of some customers say about the models of all periods: one row, which audience.period_models adds to
-- those of the other customers. It is for orders that are read in parts; all orders of a customer have to be in one
-- part. See scale.md.
--
-- Periods are those of audience.lifecycle_history, the year before since included. They must be the same in every part,
-- so since and until have to be given.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, every, filter: as in audience.lifecycle_history
-- - since, until: DATE, finite, as in audience.lifecycle_history; have to be given
--
-- Returns:
-- - state: BLOB, how many customers became alike in which period; as large as there are different ones, whatever their
--   number
--
-- Errors:
-- - since or until is NULL or infinite
-- - and as in audience.lifecycle_history
--
-- Example:
-- SELECT octet_length(state) < 100_000 AS is_small
-- FROM audience.period_models_part('orders', customer_id, order_date, amount, filter := status = 'completed',
--                                  since := DATE '2025-01-01', until := DATE '2025-12-31')
-- ORDER BY is_small;
--
-- Source: as in audience.lifecycle_stage.
CREATE MACRO audience.period_models_part(
    orders,
    customer_id,
    order_date,
    amount,
    every := '1 month',
    since := NULL,
    until := NULL,
    filter := true
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('period_models_part', orders, customer_id, order_date, amount,
                         audience.__given_day(until), filter)
), __span AS MATERIALIZED (
    -- One row: the days to show. Nobody knows the shop's first purchase yet.
    SELECT DATE '-infinity' AS __first,
           audience.__checked_date('period_models_part', 'since', since) AS __since,
           audience.__checked_date('period_models_part', 'until', until) AS __until
    FROM audience.__one('__logs')
), __periods AS MATERIALIZED (
    -- One row per period.
    FROM audience.__history_periods('period_models_part', '__span', every)
), __dates AS MATERIALIZED (
    -- One row: the last days of all periods, where what is counted of all of them fits into memory.
    SELECT list(__end ORDER BY __end ASC) AS __dates
    FROM __periods
    WHERE audience.__days_fit('period_models_part', '__logs')
), __collected AS NOT MATERIALIZED (
    -- One row per customer, and one for nobody, so that a part without customers has the periods too.
    SELECT __log FROM __logs
    UNION ALL
    SELECT NULL
)
SELECT __audience_period_models_state('period_models_part', __log, __dates) AS state
FROM __collected, __dates;
