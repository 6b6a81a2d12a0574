-- One row per method: its place and name, how well it ranked the customers of `now`, how many of them it had no rate
-- for, and the quality of the model beside it. The rules take their rates from the customers of `earlier`.
CREATE MACRO audience.__backtest_methods(caller, now, earlier) AS TABLE
WITH __rates AS MATERIALIZED (
    -- One row per bucket of each rule: the share who returned.
    SELECT __recency, __rfm, __rf_grid, (count(*) FILTER (WHERE __returned))::DOUBLE / count(*) AS __rate
    FROM audience.__backtest_rules(caller, earlier)
    GROUP BY GROUPING SETS ((__recency), (__rfm), (__rf_grid))
), __base AS MATERIALIZED (
    -- One row: the share of all.
    SELECT (count(*) FILTER (WHERE __returned))::DOUBLE / nullif(count(*), 0) AS __all FROM query_table(earlier)
), __measured AS MATERIALIZED (
    -- One row: the quality of each method.
    SELECT count(*) AS __customers,
           count(*) FILTER (WHERE __returned) AS __returned,
           __audience_ranking(caller, __forecast.return_probability, __returned) AS __audience,
           __audience_ranking(caller, __forecast.alone_probability, __returned) AS __mbg_nbd,
           __audience_ranking(caller, coalesce(__by_recency.__rate, __all), __returned) AS __recency,
           __audience_ranking(caller, coalesce(__by_rfm.__rate, __all), __returned) AS __rfm,
           __audience_ranking(caller, coalesce(__by_rf_grid.__rate, __all), __returned) AS __rf_grid,
           count(*) - count(__by_recency.__rate) AS __unseen_recency,
           count(*) - count(__by_rfm.__rate) AS __unseen_rfm,
           count(*) - count(__by_rf_grid.__rate) AS __unseen_rf_grid
    FROM audience.__backtest_rules(caller, now) AS __rules CROSS JOIN __base
    LEFT JOIN __rates AS __by_recency ON __by_recency.__recency = __rules.__recency
    LEFT JOIN __rates AS __by_rfm ON __by_rfm.__rfm = __rules.__rfm
    LEFT JOIN __rates AS __by_rf_grid ON __by_rf_grid.__rf_grid = __rules.__rf_grid
)
SELECT unnest(range(5)) AS __position,
       unnest(['audience', 'mbg_nbd', 'recency', 'rfm', 'rf_grid']) AS __method,
       unnest([__audience, __mbg_nbd, __recency, __rfm, __rf_grid]) AS __quality,
       unnest([0, 0, __unseen_recency, __unseen_rfm, __unseen_rf_grid]) AS __unseen,
       __audience AS __ours, __customers, __returned
FROM __measured;
