-- One row per customer and label to list: the score, the rank among the candidates for the label, and the share of the
-- expected buyers up to it. Candidates are all customers, or those who never bought the label; also those beyond `top`.
CREATE MACRO audience.__intent_ranks(caller, baskets, model) AS TABLE
WITH __batches AS MATERIALIZED (
    -- One row per 64 labels: the number of the first. DuckDB makes one vector of the scores of 2,048 customers, which
    -- with a thousand labels has 300 MB.
    SELECT unnest(range(0, __label_count, 64))::INTEGER AS __first FROM query_table(model)
), __judged AS (
    -- One row per customer and batch, with the scores for its labels.
    SELECT __customer, __as_of, __horizon_days, __only_new, __top,
           __audience_intent_scores(caller, __basket, __weights, __scales, __calibration, __horizon_days, __first, 64)
               AS __scores
    FROM query_table(baskets), query_table(model), __batches
), __scored AS (
    -- One row per customer and label.
    SELECT __customer, unnest(__scores) AS __score, __as_of, __horizon_days, __only_new, __top
    FROM __judged
), __candidates AS (
    -- One row per customer and label, with the probability in units of 2^-62: sums of whole numbers are exact.
    SELECT *, (__score.probability * 4611686018427387904)::BIGINT AS __units
    FROM __scored
    WHERE NOT __only_new OR __score.last_bought IS NULL
)
SELECT __customer, __score, __as_of, __horizon_days, __only_new,
       row_number() OVER __by_score AS __rank,
       CASE WHEN __score.probability IS NOT NULL
            THEN sum(__units) OVER __by_score / nullif(sum(__units) OVER (PARTITION BY __score.label), 0) END AS __share
FROM __candidates
WINDOW __by_score AS (PARTITION BY __score.label ORDER BY __score.score DESC, __customer ASC ROWS UNBOUNDED PRECEDING)
QUALIFY __rank <= coalesce(__top, __rank);
