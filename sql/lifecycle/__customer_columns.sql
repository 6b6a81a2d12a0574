-- One row per row of `ranked`: the columns of audience.customers, and __day, the day that they hold for. `ranked` has
-- of a customer on a day the history, the value and its rank, the peer group's typical gap, the model, the least value
-- of a VIP, and the options.
CREATE MACRO audience.__customer_columns(caller, ranked) AS TABLE
WITH __judged AS (
    -- One row per customer and day, with the stage and the tier.
    SELECT *,
           __audience_lifecycle(caller, __history, __model, __day, __stage_options, __horizon_days,
                                __peer_gap, __value.prediction) AS __lifecycle,
           __audience_importance_tier(caller, __history, __model, __value.customer_value, __vip_value) AS __tier
    FROM query_table(ranked)
)
SELECT
    __day,
    __customer AS customer_id,
    __lifecycle.lifecycle_stage,
    __tier AS importance_tier,
    __history.purchases,
    __history.revenue,
    __history.revenue / __history.purchases AS average_purchase_value,
    __history.first_order_date,
    __history.last_order_date,
    __lifecycle.silence_days,
    __lifecycle.usual_gap_days,
    __lifecycle.alive_probability,
    __lifecycle.return_probability,
    __value.expected_purchases,
    __value.expected_revenue,
    __value.customer_value,
    __rank AS value_rank,
    __lifecycle.next_order_date,
    __lifecycle.next_stage,
    __lifecycle.next_stage_date,
    __audience_explain_lifecycle(caller, __lifecycle, __history, __horizon_days) AS reason
FROM __judged;
