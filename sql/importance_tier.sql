-- Ranks every customer by value (revenue so far plus expected revenue of the next 365 days) and names the tier:
-- One-Time Buyer, Loyal, Frequent Buyer or VIP, with boundaries that move with the customer base.
--
-- orders, customer_id, order_date, amount  as in audience.customers
-- as_of, filter, model                     as in audience.customers
--
-- VIP: the smallest set of repeat buyers who hold 20 % of all customer value, at least 1 % of the customers, each above
-- the repeat buyers' mean. Frequent Buyer: three or more purchases at or under the shop's typical gap. Loyal: the other
-- repeat buyers. Equal values share a rank. Value, rank and shares are NULL where no amount is known.
CREATE MACRO audience.importance_tier(orders, customer_id, order_date, amount, as_of := NULL, filter := true, model := NULL) AS TABLE
WITH __histories AS MATERIALIZED (
    FROM audience.__histories(orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    FROM audience.__fit('__histories', as_of, model)
), __valued AS MATERIALIZED (
    SELECT __customer, __history, __audience_customer_value(__history, __model, __as_of) AS __value
    FROM __histories, __fit
    WHERE __history IS NOT NULL
), __importance AS MATERIALIZED (
    SELECT __audience_importance(__history.purchases > 1, __value.customer_value) AS __importance
    FROM __valued
), __ranked AS (
    SELECT __customer, __history, __value,
           CASE WHEN __value.customer_value IS NOT NULL THEN rank() OVER __by_value END AS __rank,
           sum(__value.customer_value) OVER __by_value AS __cumulative
    FROM __valued
    WINDOW __by_value AS (ORDER BY __value.customer_value DESC NULLS LAST)
), __tiered AS (
    SELECT *, __audience_importance_tier(__history, __model, __value.customer_value, __importance.vip_value) AS __tier
    FROM (FROM __ranked ORDER BY __customer), __fit, __importance
)
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
    CASE WHEN __value.customer_value IS NOT NULL THEN least(1, __cumulative / nullif(__importance.total_value, 0)) END AS cumulative_value_share,
    __audience_explain_importance(__tier, __history, __model, __value, __rank, __importance) AS reason
FROM __tiered;
