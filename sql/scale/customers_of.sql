-- The rows of audience.customers, from stored histories and the shop that was made of them: the last step where orders
-- are read in parts; see scale.md. All columns are equal bit for bit to those of audience.customers over all orders.
-- In no order.
--
-- The histories may be those of all customers, or a part of them. A part does not know how many customers elsewhere
-- have a higher value, so there value_rank is NULL: rank the rows of all parts together, by rank() OVER (ORDER BY
-- customer_value DESC NULLS LAST).
--
-- Arguments:
-- - histories: the quoted name of a relation with the columns of audience.histories
-- - shop: STRUCT from audience.shop over the histories of all customers, such as (SELECT shop FROM saved)
-- - just_ordered_days, lost_after_gaps, labels: as in audience.customers. What it calls as_of, horizon_days, model,
--   season, value_days and discount_rate the shop has
--
-- Returns:
-- - customer_id: as in audience.customers
-- - lifecycle_stage: as in audience.customers
-- - importance_tier: as in audience.customers
-- - purchases: as in audience.customers
-- - revenue: as in audience.customers
-- - average_purchase_value: as in audience.customers
-- - first_order_date: as in audience.customers
-- - last_order_date: as in audience.customers
-- - silence_days: as in audience.customers
-- - usual_gap_days: as in audience.customers
-- - alive_probability: as in audience.customers
-- - return_probability: as in audience.customers
-- - expected_purchases: as in audience.customers
-- - expected_revenue: as in audience.customers
-- - customer_value: as in audience.customers
-- - value_rank: as in audience.customers; also NULL where histories has fewer customers than the shop
-- - next_order_date: as in audience.customers
-- - next_stage: as in audience.customers
-- - next_stage_date: as in audience.customers
-- - reason: as in audience.customers
--
-- Errors:
-- - shop is NULL, of another version or out of range
-- - histories has more customers than the shop, a customer more than once, a row after its as_of, or no peer_group
--   where the shop has some
-- - a history was put together by hand and is impossible, or has no gaps
-- - just_ordered_days or lost_after_gaps is out of range
-- - a history was put together by hand and is impossible
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE stored AS FROM audience.histories('orders', customer_id, order_date, amount);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.shop('stored');
-- SELECT customer_id, lifecycle_stage, importance_tier, customer_value, value_rank
-- FROM audience.customers_of('stored', shop := (SELECT shop FROM saved))
-- ORDER BY value_rank
-- LIMIT 3;
--
-- Source: as in audience.customers.
CREATE MACRO audience.customers_of(
    histories,
    shop := NULL,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__given_histories('customers_of', histories)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT __stage_options
    FROM audience.__lifecycle_options('customers_of', '__histories', just_ordered_days, lost_after_gaps)
), __opened AS MATERIALIZED (
    -- One row: the shop.
    FROM audience.__opened_shop('customers_of', '__histories', shop)
), __fit AS MATERIALIZED (
    -- One row: the shop, and whether these are all of its customers. Nobody is scored before that is known, whatever is
    -- read of the result.
    FROM __opened, audience.__extent('customers_of', '__histories', '__opened')
    WHERE __is_whole IS NOT NULL
      AND audience.__groups_met('customers_of', __peer_gaps, __here, __any_group, __is_whole)
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('customers_of', '__histories', '__fit', (SELECT __horizon_days FROM __fit),
                           (SELECT __value_days FROM __fit), (SELECT __discount_rate FROM __fit))
), __ranks AS (
    -- One row per customer with a purchase: the rank, which a part does not know.
    SELECT __customer, CASE WHEN __is_whole THEN __rank END AS __rank
    FROM audience.__value_ranks('__valued'), __fit
), __peers AS (
    -- One row per peer group that is large enough.
    SELECT __peer.peer_group AS __group, __peer.typical_gap_days AS __peer_gap
    FROM (SELECT unnest(__peer_gaps) AS __peer FROM __fit)
), __known AS (
    -- One row per customer with a purchase, with all that is the same for everybody.
    SELECT __valued.*, __rank, __peer_gap, __stage_options, __horizon_days, __model, __vip_value, __as_of AS __day
    FROM __valued JOIN __ranks USING (__customer) LEFT JOIN __peers USING (__group), __fit, __options
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    SELECT * EXCLUDE (__day)
    FROM audience.__customer_columns('customers_of', '__known')
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (lifecycle_stage::VARCHAR AS lifecycle_stage,
                      importance_tier::VARCHAR AS importance_tier,
                      next_stage::VARCHAR AS next_stage)
    FROM __enum
)
FROM query_table(audience.__labels('customers_of', labels));
