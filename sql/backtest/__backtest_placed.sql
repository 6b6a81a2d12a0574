-- One row per customer of `forecasts`, which has the forecast and what happened: the stage, the tier and the tenth of
-- return probability.
CREATE MACRO audience.__backtest_placed(caller, forecasts) AS TABLE
WITH __outlined AS MATERIALIZED (
    -- One row: which values decide who is a VIP, and which probabilities where a tenth begins.
    SELECT __audience_importance_outline(caller, __history.purchases > 1, __forecast.customer_value) AS __values,
           __audience_score_outline(caller, -__forecast.return_probability, 10) AS __chances
    FROM query_table(forecasts)
), __bounds AS MATERIALIZED (
    -- One row: the least value of a VIP, and where each tenth begins.
    SELECT __audience_importance(caller, __history.purchases > 1, __forecast.customer_value, __values) AS __importance,
           __audience_score_cuts(caller, -__forecast.return_probability, 10, __chances) AS __cuts
    FROM query_table(forecasts), __outlined
)
SELECT __forecast, __realised_purchases, __realised_revenue,
       __forecast.lifecycle_stage AS __stage,
       __audience_importance_tier(caller, __history, __model, __forecast.customer_value,
                                  __importance.vip_value) AS __tier,
       __audience_score(caller, -__forecast.return_probability, __cuts) AS __decile
FROM query_table(forecasts), __bounds;
