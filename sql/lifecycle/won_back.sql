-- Who came back: customers who bought between two days after having been Slipping Away or Lost on the day before that
-- purchase, when it was, and what they have brought since. One row per customer, for the first such purchase. Ordered
-- by won_back_date, then by customer_id.
--
-- The day before is judged by a model fitted to what was known at since: nothing that came later decides who counts.
-- The count of a month is won_back of audience.overview.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter, just_ordered_days, lost_after_gaps: as in
--   audience.customers
-- - labels: as in audience.customers
-- - since: DATE, finite, not after as_of; who came back after it; default NULL = the same day a year before as_of
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - stage_before: the stage on the day before, Slipping Away or Lost
-- - gap_days: days since the purchase before
-- - won_back_date: the day of the purchase that ended the silence
-- - purchases_since: purchases from that day on, itself included
-- - revenue_since: revenue from that day on, refunds included; NULL where no amount is known
-- - lifecycle_stage: the stage at as_of
--
-- Errors: since is infinite or after as_of, and as in audience.customers
--
-- Example:
-- FROM audience.won_back('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY revenue_since DESC
-- LIMIT 5;
--
-- Source: as in audience.lifecycle_stage
CREATE MACRO audience.won_back(
    orders,
    customer_id,
    order_date,
    amount,
    since := NULL,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    labels := 'enum'
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('won_back', orders, customer_id, order_date, amount, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('won_back', '__logs', just_ordered_days, lost_after_gaps)
), __span AS MATERIALIZED (
    -- One row: the days before and at the end, where the models of both fit into memory.
    SELECT CASE WHEN since IS NULL THEN (__as_of - INTERVAL 1 YEAR)::DATE
                WHEN audience.__given_day(since) > __as_of
                THEN audience.__refused('won_back', concat(
                    'since must not be after as_of, got ', since::VARCHAR, ' and ', __as_of))
                ELSE audience.__checked_date('won_back', 'since', since) END AS __since,
           __as_of AS __until
    FROM audience.__clock('won_back', '__logs', as_of)
    WHERE audience.__days_fit('won_back', '__logs')
), __models AS MATERIALIZED (
    -- One row: the models of both days; none without a customer.
    SELECT __since, __until,
           __audience_history_models('won_back', __log, CASE WHEN __since = __until THEN [__until]
                                                             ELSE [__since, __until] END) AS __models
    FROM __logs, __span
    GROUP BY __since, __until
), __spans AS MATERIALIZED (
    -- One row: also the options.
    SELECT __since, __until, __models[1] AS __early_model, __models[-1] AS __late_model, __stage_options
    FROM __models, __options
), __checked AS (
    -- One row: the checked options are read also where there is no customer.
    SELECT __stage_options IS NULL AS __none, __since FROM __options, __span
), __enum AS NOT MATERIALIZED (
    -- One row per customer who was won back.
    SELECT
        __customer AS customer_id,
        __stage_before AS stage_before,
        __gap AS gap_days,
        __day AS won_back_date,
        __purchases AS purchases_since,
        __revenue AS revenue_since,
        __stage AS lifecycle_stage
    FROM audience.__won_back('won_back', '__logs', '__spans'), __checked
    WHERE NOT __none
    ORDER BY __day ASC, __customer ASC
), __text AS NOT MATERIALIZED (
    -- One row per customer who was won back, with labels that every database can store.
    SELECT * REPLACE (stage_before::VARCHAR AS stage_before, lifecycle_stage::VARCHAR AS lifecycle_stage) FROM __enum
)
FROM query_table(audience.__labels('won_back', labels));
