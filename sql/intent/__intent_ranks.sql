-- One row per customer and label to list: the score, and the rank among the customers of the label.
CREATE MACRO audience.__intent_ranks(caller, baskets, model) AS TABLE
WITH __judged AS (
    -- One row per customer, with the scores for all labels.
    SELECT __customer, __as_of, __horizon_days, __only_new, __top,
           __audience_intent_scores(caller, __basket, __weights, __scales, __calibration, __horizon_days) AS __scores
    FROM query_table(baskets), query_table(model)
), __scored AS (
    -- One row per customer and label.
    SELECT __customer, unnest(__scores) AS __score, __as_of, __horizon_days, __only_new, __top
    FROM __judged
)
SELECT __customer, __score, __as_of, __horizon_days,
       row_number() OVER (PARTITION BY __score.label ORDER BY __score.score DESC, __customer) AS __rank
FROM __scored
WHERE NOT __only_new OR __score.last_bought IS NULL
QUALIFY __rank <= coalesce(__top, __rank);
