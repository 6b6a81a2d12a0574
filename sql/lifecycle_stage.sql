-- Judges every customer against their own rhythm: Just Ordered, Active, Slipping Away or Lost, with the numbers that
-- decided, the rule, the date of the next change and the reason in one sentence.
--
-- orders, customer_id, order_date  as in audience.customers
-- as_of, filter, just_ordered_days, horizon_days, peer_group, model  as in audience.customers
-- amount  with it, days that hold only refunds are no purchases, so that the result agrees with audience.customers;
--         default NULL
CREATE MACRO audience.lifecycle_stage(orders, customer_id, order_date, as_of := NULL, filter := true, just_ordered_days := 30, horizon_days := 180, amount := NULL, peer_group := NULL, model := NULL) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options('lifecycle_stage', just_ordered_days, horizon_days)
), __histories AS MATERIALIZED (
    FROM audience.__histories(orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    FROM audience.__fit('__histories', as_of, model)
), __ordered AS (
    SELECT __customer, __history, __peer_gap
    FROM __histories LEFT JOIN audience.__peer_gaps(orders, customer_id, order_date, amount, as_of, filter, peer_group, '__histories') USING (__customer)
    WHERE __history IS NOT NULL
    ORDER BY __customer
), __judged AS (
    SELECT __customer, __history, __just_ordered_days, __horizon_days,
           __audience_lifecycle(__history, __model, __as_of, __just_ordered_days, __horizon_days, __peer_gap) AS __lifecycle
    FROM __ordered, __fit, __options
)
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
    __audience_explain_lifecycle(__lifecycle, __history, __just_ordered_days, __horizon_days) AS reason
FROM __judged;
