-- Where the money is and where it is at risk: importance tier by lifecycle stage, with the expected revenue that
-- silence has cost. One row per tier and stage, also without customers, then the sums: per tier, per stage and of all.
--
-- A customer is expected to buy most on the day of a purchase, and less on every silent day that follows. The loss is
-- the expected revenue at risk. It stays where customers are Lost, and is 0 for who has ordered today.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter, just_ordered_days, lost_after_gaps, season: as in
--   audience.customers
-- - labels: as in audience.customers
--
-- Returns:
-- - importance_tier: how much the shop depends on the customers; NULL = all tiers
-- - lifecycle_stage: where they stand; NULL = all stages
-- - customers: customers in this tier and stage
-- - share: their share, 0 to 1, of all customers; NULL while there are none
-- - revenue_365_days: their revenue on the last 365 days, refunds included and unknown amounts left out; NULL where no
--   amount of theirs is known
-- - expected_revenue: their expected revenue within 365 days; NULL where no amount is known
-- - expected_revenue_at_risk: how much more was expected of each of them on the day of the latest purchase, and 0 of
--   those of whom less was, added up; NULL where no amount is known
-- - at_risk_share: share, 0 to 1, of what was expected of them then: expected_revenue_at_risk over the sum of the two;
--   NULL where nothing was expected
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT importance_tier, lifecycle_stage, customers, revenue_365_days, expected_revenue, expected_revenue_at_risk
-- FROM audience.value_risk('orders', customer_id, order_date, amount, filter := status = 'completed')
-- WHERE lifecycle_stage = 'Slipping Away' OR lifecycle_stage IS NULL
-- ORDER BY importance_tier, lifecycle_stage;
--
-- Source: expected_revenue_at_risk is the sum of max(0, E(last_order_date) - E(as_of)), where E(d) is the
-- expected_revenue of audience.customers within 365 days after d, by the model fitted as of as_of for both days, with
-- the revenue as of as_of. So a change of the model, or of the basket, is no risk, and silence alone is.
CREATE MACRO audience.value_risk(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    season := true,
    labels := 'enum'
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('value_risk', orders, customer_id, order_date, amount, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('value_risk', '__logs', just_ordered_days, lost_after_gaps)
), __clock AS MATERIALIZED (
    -- One row: the day, where the model fits into memory, and whether seasons are wanted.
    SELECT __as_of, audience.__checked_switch('value_risk', 'season', season) AS __season
    FROM audience.__clock('value_risk', '__logs', as_of) WHERE audience.__days_fit('value_risk', '__logs')
), __now AS MATERIALIZED (
    -- One row: also the shop's model, and the part of it that stages are judged by; none without a customer.
    SELECT __as_of, __shop, __audience_stage_model('value_risk', __shop) AS __model
    FROM (SELECT __as_of, __audience_history_shop_models('value_risk', __log, [__as_of], __season, NULL)[1] AS __shop
          FROM __logs, __clock
          GROUP BY __as_of, __season)
), __customers AS (
    -- One row per customer with a purchase.
    FROM audience.__customers_at_risk('value_risk', '__logs', '__now', '__options')
), __summed AS MATERIALIZED (
    -- One row per tier and stage with a customer, and their sums.
    SELECT __tier, __stage, count(*) AS __count,
           CASE WHEN count(__revenue) > 0 THEN __audience_exact_sum('value_risk', __year) END AS __year,
           __audience_exact_sum('value_risk', __expected) AS __expected,
           __audience_exact_sum('value_risk', __at_risk) AS __at_risk
    FROM __customers
    GROUP BY CUBE (__tier, __stage)
), __cells AS (
    -- One row per tier and stage, and for their sums.
    SELECT __tier::audience.importance_tier AS __tier, __stage::audience.lifecycle_stage AS __stage
    FROM (SELECT unnest(enum_range(NULL::audience.importance_tier) || [NULL]) AS __tier),
         (SELECT unnest(enum_range(NULL::audience.lifecycle_stage) || [NULL]) AS __stage)
), __filled AS (
    -- One row per cell; 0 where nobody is.
    SELECT __cells.__tier, __cells.__stage, coalesce(__count, 0) AS __count,
           CASE WHEN __count > 0 THEN __year ELSE 0 END AS __year,
           CASE WHEN __count > 0 THEN __expected ELSE 0 END AS __expected,
           CASE WHEN __count > 0 THEN __at_risk ELSE 0 END AS __at_risk
    FROM __cells
    LEFT JOIN __summed ON __summed.__tier IS NOT DISTINCT FROM __cells.__tier
                      AND __summed.__stage IS NOT DISTINCT FROM __cells.__stage
), __enum AS NOT MATERIALIZED (
    -- One row per tier and stage, and for their sums.
    SELECT
        __tier AS importance_tier,
        __stage AS lifecycle_stage,
        __count AS customers,
        __count / nullif(max(__count) OVER (), 0) AS share,
        __year AS revenue_365_days,
        __expected AS expected_revenue,
        __at_risk AS expected_revenue_at_risk,
        __at_risk / nullif(__at_risk + __expected, 0) AS at_risk_share
    FROM __filled
    ORDER BY __tier ASC NULLS LAST, __stage ASC NULLS LAST
), __text AS NOT MATERIALIZED (
    -- One row per tier and stage, and for their sums, with labels that every database can store.
    SELECT * REPLACE (importance_tier::VARCHAR AS importance_tier, lifecycle_stage::VARCHAR AS lifecycle_stage)
    FROM __enum
)
FROM query_table(audience.__labels('value_risk', labels));
