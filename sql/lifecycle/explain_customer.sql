-- Explains one customer step by step: purchases, gaps and the usual gap, the probabilities, every rule in its order
-- with its numbers, the stage, the date of the next change, and what an order today would change. It agrees with
-- audience.customers without peer_group. Ordered by step.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter: as in audience.customers
-- - just_ordered_days, lost_after_gaps, season: as in audience.customers
-- - customer: the value of customer_id to explain
--
-- Returns:
-- - step: 1, 2, 3 …
-- - topic: what the step is about: purchases, revenue, gaps, usual gap, silence, alive probability, return probability,
--   expected purchases, rule 1 to rule 5, stage, next change, next order (unless there is none), if they order today
-- - value: its value as text; for a rule whether it holds
-- - explanation: where the value comes from, in a sentence
--
-- A customer who has made no purchase up to as_of gives one row with the topic customer and no value. The whole
-- relation is read, because the model and the typical gap are those of the shop.
--
-- Errors: as in audience.customers
--
-- Example:
-- FROM audience.explain_customer('orders', customer_id, order_date, amount, customer := 549,
--                                filter := status <> 'cancelled')
-- ORDER BY step;
--
-- Source: as in audience.lifecycle_stage
CREATE MACRO audience.explain_customer(
    orders,
    customer_id,
    order_date,
    amount,
    customer,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    season := true
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('explain_customer', orders, customer_id, order_date, amount, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('explain_customer', '__histories', just_ordered_days, lost_after_gaps)
), __fit AS MATERIALIZED (
    -- One row: the day and the shop's model.
    FROM audience.__fit('explain_customer', '__histories', as_of, NULL, season := season)
), __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows('explain_customer', orders, customer_id, order_date, amount, filter)
), __log AS MATERIALIZED (
    -- One row: the days of this customer.
    SELECT __audience_purchase_log('explain_customer', __day, __amount) AS __log
    FROM __rows, __fit
    WHERE __customer = customer AND __day <= __as_of
), __explained AS (
    -- One row: the steps, none without a purchase.
    SELECT __audience_explain_customer('explain_customer', __log, __shop, __as_of, __stage_options) AS __found,
           __as_of
    FROM __log, __fit, __options
), __steps AS (
    -- One row: at least one step.
    SELECT coalesce(nullif(__found, []), [{
               'topic': 'customer', 'value': NULL::VARCHAR,
               'explanation': concat('No purchase of customer ', coalesce(customer::VARCHAR, 'NULL'),
                                     ' up to ' || __as_of, '.')}]) AS __steps
    FROM __explained
)
SELECT generate_subscripts(__steps, 1) AS step, unnest(__steps).topic AS topic, unnest(__steps).value AS value,
       unnest(__steps).explanation AS explanation
FROM __steps
ORDER BY step ASC;
