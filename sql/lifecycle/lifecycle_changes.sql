-- The customers behind audience.lifecycle_transitions: everyone whose stage differs between since and until, and
-- everyone new in between. Customers with the same stage on both days are left out. Ordered by customer_id.
--
-- Arguments:
-- - orders, customer_id, order_date, filter, just_ordered_days, lost_after_gaps: as in audience.customers
-- - since, until, amount: as in audience.lifecycle_transitions
-- - labels: as in audience.customers
-- - since_model, until_model: as in audience.lifecycle_transitions
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - from_stage: the stage at the end of since; NULL = not yet a customer
-- - to_stage: the stage at the end of until
-- - purchases_between: purchases after since, up to until; 0 = the stage changed by silence, or because the shop's
--   typical gap or model did
-- - reason: why the customer has the later stage, in one sentence
--
-- Errors: as in audience.lifecycle_transitions
--
-- Example:
-- FROM audience.lifecycle_changes('orders', customer_id, order_date, DATE '2025-06-30', DATE '2025-12-31',
--                                 filter := status = 'completed')
-- WHERE from_stage = 'Lost'
-- ORDER BY customer_id
-- LIMIT 5;
--
-- Source: as in audience.lifecycle_stage
CREATE MACRO audience.lifecycle_changes(
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
WITH __changed AS (
    -- One row per customer whose stage is another.
    FROM audience.__stage_changes('lifecycle_changes', orders, customer_id, order_date, amount, since, until,
                                  filter, just_ordered_days, lost_after_gaps, since_model, until_model)
    WHERE __from IS DISTINCT FROM __lifecycle.lifecycle_stage
    ORDER BY __customer ASC
), __enum AS NOT MATERIALIZED (
    -- One row per customer whose stage is another.
    SELECT
        __customer AS customer_id,
        __from AS from_stage,
        __lifecycle.lifecycle_stage AS to_stage,
        __purchases AS purchases_between,
        __audience_explain_lifecycle('lifecycle_changes', __lifecycle, __after, __horizon_days)
            AS reason
    FROM __changed
), __text AS NOT MATERIALIZED (
    -- One row per customer whose stage is another, with labels that every database can store.
    SELECT * REPLACE (from_stage::VARCHAR AS from_stage, to_stage::VARCHAR AS to_stage) FROM __enum
)
FROM query_table(audience.__labels('lifecycle_changes', labels));
