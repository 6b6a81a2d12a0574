-- Ranks every customer by value, which is revenue so far plus expected revenue within 365 days, and names the tier:
-- One-Time Buyer, Loyal, Frequent Buyer or VIP. The boundaries move with the customer base. In no order.
--
-- VIP: the smallest set of repeat buyers who hold 20 % of all customer value and are at least 1 % of the customers,
-- each above the repeat buyers' median. So that one account does not decide who else is a VIP, nobody counts for more
-- than 20 times that median when the 20 % are added up. Frequent Buyer: three or more purchases, at or under the
-- shop's typical gap. Loyal: the other repeat buyers.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter, model, season: as in audience.customers
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - importance_tier: how much the shop depends on the customer, in this order
-- - purchases: days with at least one order
-- - revenue: sum of all known amounts, refunds included; NULL when none is known
-- - expected_purchases: expected purchases within 365 days
-- - expected_revenue: expected revenue within 365 days; NULL when no amount is known
-- - customer_value: revenue so far, if positive, plus expected_revenue
-- - value_rank: rank by customer_value, 1 is the highest; equal values share a rank; NULL when no amount is known
-- - value_share: the customer's share, 0 to 1, of all customer value
-- - cumulative_value_share: share, 0 to 1, of all customer value that the customers up to this rank hold
-- - reason: why the customer has this tier, in one sentence
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customer_id, importance_tier, value_rank, customer_value, cumulative_value_share, reason
-- FROM audience.importance_tier('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY value_rank
-- LIMIT 5;
--
-- Source: expected purchases from MBG/NBD (Batislam, Denizel & Filiztekin 2007) times the customer's mean order value,
-- shrunk to the shop's by one purchase: (revenue + order_value) / (purchases + 1), order_value from
-- audience.purchase_model.
CREATE MACRO audience.importance_tier(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    model := NULL,
    season := true,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('importance_tier', orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit('importance_tier', '__histories', as_of, model, season := season)
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('importance_tier', '__histories', '__fit')
), __importance AS MATERIALIZED (
    -- One row: the value of all, and the least of a VIP.
    FROM audience.__importance('importance_tier', '__valued')
), __ranks AS (
    -- One row per customer with a purchase: the rank, and the value of all down to it.
    FROM audience.__value_ranks('__valued')
), __tiered AS (
    -- One row per customer with a purchase, with the tier.
    SELECT *, __audience_importance_tier('importance_tier', __history, __model, __value.customer_value,
                                         __importance.vip_value) AS __tier
    FROM __valued JOIN __ranks USING (__customer), __fit, __importance
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    SELECT
        __customer AS customer_id,
        __tier AS importance_tier,
        __history.purchases,
        __history.revenue,
        __value.expected_purchases,
        __value.expected_revenue,
        __value.customer_value,
        __rank AS value_rank,
        __value.customer_value / nullif(__importance.total_value, 0) AS value_share,
        CASE WHEN __importance.total_value > 0 AND __value.customer_value IS NOT NULL
             THEN least(1, __cumulative / __importance.total_value) END AS cumulative_value_share,
        __audience_explain_importance('importance_tier', __tier, __history, __model, __value, __rank, __importance)
            AS reason
    FROM __tiered
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (importance_tier::VARCHAR AS importance_tier) FROM __enum
)
FROM query_table(audience.__labels('importance_tier', labels));
