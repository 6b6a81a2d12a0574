-- Judges every customer against their own rhythm: Just Ordered, Active, Slipping Away or Lost, with the numbers that
-- decided, the rule, the date of the next change and the reason in one sentence. In no order.
--
-- The rules are tried in this order: lost, slowing, just ordered, active, overdue. slowing and overdue both mean
-- Slipping Away.
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - just_ordered_days, horizon_days, peer_group, model, lost_after_gaps, season: as in
--   audience.customers
-- - amount: any number; with it, days that hold only refunds are not purchases, and return_probability learns from the
--   purchase values, so that the result agrees with audience.customers; default NULL = every row is an order
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - lifecycle_stage: where the customer stands, in this order
-- - purchases: days with at least one order
-- - first_order_date: day of the first purchase
-- - last_order_date: day of the latest purchase
-- - silence_days: days from the latest purchase to as_of
-- - usual_gap_days: days between purchases that are usual for this customer
-- - silence_ratio: silence_days in usual gaps; above 1.1 the customer is overdue
-- - alive_probability: chance, 0 to 1, that the customer is still a customer, by MBG/NBD alone, as the stages; where
--   the shop's past says that such customers came back more often, return_probability can be higher
-- - return_probability: chance, 0 to 1, of at least one purchase within horizon_days, by MBG/NBD and what the shop's
--   past adds
-- - next_order_date: median day of the next purchase, given that one comes within a year. It tells when, not whether;
--   for that see return_probability
-- - rule: the rule that decided
-- - next_stage: the stage that comes next if the customer stays silent; NULL when none does within 100 years
-- - next_stage_date: the first day of that stage
-- - reason: why the rule holds, in one sentence with its numbers
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customer_id, lifecycle_stage, silence_days, usual_gap_days, rule, next_stage, next_stage_date
-- FROM audience.lifecycle_stage('orders', customer_id, order_date, amount := amount, as_of := DATE '2025-06-30')
-- WHERE rule IN ('slowing', 'overdue')
-- ORDER BY next_stage_date, customer_id
-- LIMIT 5;
--
-- Source: usual gap (G + t) / (1 + x) with G the typical gap of the shop or group; probabilities from MBG/NBD (Hoppe &
-- Wagner 2007); the thresholds were chosen by back-tests, see how-it-works.md.
CREATE MACRO audience.lifecycle_stage(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    horizon_days := 180,
    peer_group := NULL,
    model := NULL,
    lost_after_gaps := NULL,
    season := true,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('lifecycle_stage', orders, customer_id, order_date, amount, as_of, filter,
                                    peer_group)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('lifecycle_stage', '__histories', just_ordered_days, lost_after_gaps,
                                      horizon_days)
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit('lifecycle_stage', '__histories', as_of, model, (SELECT __horizon_days FROM __options),
                        season)
), __predicted AS (
    -- One row per customer with a purchase, with the chance to return.
    SELECT __customer, __history, __group,
           __audience_prediction('lifecycle_stage', __history, __gaps, __shop, __as_of, __horizon_days) AS __prediction
    FROM __histories, __fit, __options
    WHERE __history IS NOT NULL
), __peers AS (
    -- One row per peer group that is large enough.
    FROM audience.__peer_gaps('lifecycle_stage', '__histories')
), __judged AS (
    -- One row per customer with a purchase, with the stage.
    SELECT __customer, __history, __horizon_days,
           __audience_lifecycle('lifecycle_stage', __history, __model, __as_of, __stage_options, __horizon_days,
                                __peer_gap, __prediction) AS __lifecycle
    FROM __predicted LEFT JOIN __peers USING (__group), __fit, __options
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    SELECT
        __customer AS customer_id,
        __lifecycle.lifecycle_stage,
        __history.purchases,
        __history.first_order_date,
        __history.last_order_date,
        __lifecycle.silence_days,
        __lifecycle.usual_gap_days,
        __lifecycle.silence_ratio,
        __lifecycle.alive_probability,
        __lifecycle.return_probability,
        __lifecycle.next_order_date,
        __lifecycle.rule,
        __lifecycle.next_stage,
        __lifecycle.next_stage_date,
        __audience_explain_lifecycle('lifecycle_stage', __lifecycle, __history, __horizon_days)
            AS reason
    FROM __judged
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (lifecycle_stage::VARCHAR AS lifecycle_stage,
                      rule::VARCHAR AS rule,
                      next_stage::VARCHAR AS next_stage)
    FROM __enum
)
FROM query_table(audience.__labels('lifecycle_stage', labels));
