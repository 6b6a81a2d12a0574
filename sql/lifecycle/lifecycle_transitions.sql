-- How many customers moved from one stage to another between two days, each stage judged by what was known then. One
-- row per pair of stages that occurs, ordered by both.
--
-- The two stages are those at the ends of the two days; changes in between do not show. Everyone who is a customer at
-- until is counted once. The totals by from_stage and by to_stage are those of audience.lifecycle_history on the two
-- days, if both functions are given the amount, or neither is.
--
-- Arguments:
-- - orders, customer_id, order_date, filter, just_ordered_days, lost_after_gaps: as in audience.customers
-- - since: DATE, finite; the earlier of the two days
-- - until: DATE, finite, not before since; later rows are ignored
-- - amount: any number; with it, days that hold only refunds are no purchases; default NULL = every row is an order
-- - labels: as in audience.customers
-- - since_model, until_model: STRUCTs from audience.purchase_model with as_of := since and as_of := until, or
--   shop.model of audience.shop, to count the customers of a part as audience.lifecycle_transitions over all orders
--   does: see scale.md; default NULL = the models are fitted to orders
--
-- Returns:
-- - from_stage: the stage at the end of since; NULL = not yet a customer
-- - to_stage: the stage at the end of until
-- - customers: customers with these two stages
-- - share: their share, 0 to 1, of all customers with this from_stage
--
-- Errors:
-- - since or until is NULL or infinite, or until is before since
-- - only one of since_model and until_model is given, or they are those of other days, such as the two in the wrong
--   order
-- - and as in audience.customers
--
-- Example:
-- FROM audience.lifecycle_transitions('orders', customer_id, order_date, DATE '2025-06-30', DATE '2025-12-31',
--                                     filter := status = 'completed')
-- ORDER BY from_stage NULLS FIRST, to_stage;
--
-- Source: as in audience.lifecycle_stage
CREATE MACRO audience.lifecycle_transitions(
    orders,
    customer_id,
    order_date,
    since,
    until,
    amount := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    labels := 'enum',
    since_model := NULL,
    until_model := NULL
) AS TABLE
WITH __counts AS (
    -- One row per pair of stages.
    SELECT __from, __lifecycle.lifecycle_stage AS __to, count(*) AS __customers
    FROM audience.__stage_changes('lifecycle_transitions', orders, customer_id, order_date, amount, since, until,
                                  filter, just_ordered_days, lost_after_gaps, since_model, until_model)
    GROUP BY ALL
), __enum AS NOT MATERIALIZED (
    -- One row per pair of stages.
    SELECT __from AS from_stage, __to AS to_stage, __customers AS customers,
           __customers / sum(__customers) OVER (PARTITION BY __from) AS share
    FROM __counts
    ORDER BY from_stage ASC NULLS FIRST, to_stage ASC
), __text AS NOT MATERIALIZED (
    -- One row per pair of stages, with labels that every database can store.
    SELECT * REPLACE (from_stage::VARCHAR AS from_stage, to_stage::VARCHAR AS to_stage) FROM __enum
)
FROM query_table(audience.__labels('lifecycle_transitions', labels));
