-- One row per customer: the buckets under the simple rules that the back-test compares with: recency, RFM and the RF
-- day grid. `customers` has __silence and __purchases as of one day; quantiles are those of these customers.
CREATE MACRO audience.__backtest_rules(caller, customers) AS TABLE
WITH __outlined AS MATERIALIZED (
    -- One row: which numbers decide.
    SELECT __audience_score_outline(caller, -__silence, 5) AS __silences,
           __audience_score_outline(caller, __purchases, 5) AS __counts
    FROM query_table(customers)
), __cuts AS MATERIALIZED (
    -- One row: where each score begins.
    SELECT __audience_score_cuts(caller, -__silence, 5, __silences) AS __r_cuts,
           __audience_score_cuts(caller, __purchases, 5, __counts) AS __f_cuts
    FROM query_table(customers), __outlined
)
SELECT __returned, __forecast,
       CASE WHEN __silence <= 30 THEN 1
            WHEN __silence <= 90 THEN 2
            WHEN __silence <= 180 THEN 3
            ELSE 4 END AS __recency,
       __audience_rfm_segment(caller, __audience_score(caller, -__silence, __r_cuts),
                              __audience_score(caller, __purchases, __f_cuts), 5, NULL) AS __rfm,
       __audience_rf_segment(caller, __purchases, __silence, {
           'promising_days': 25,
           'wandering_days': 51,
           'dormant_days': 75,
           'at_risk_days': 56,
           'lost_days': 113
       }) AS __rf_grid
FROM query_table(customers), __cuts;
