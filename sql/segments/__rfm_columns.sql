-- One row per customer with a purchase: the columns of audience.rfm. `cuts` has __r_cuts, __f_cuts and __m_cuts.
CREATE MACRO audience.__rfm_columns(
    caller,
    scored,
    options,
    cuts
) AS TABLE
WITH __scored AS (
    -- One row per customer with a purchase, with the scores.
    SELECT __customer, __recency, __frequency, __monetary,
           __audience_score(caller, -__recency, __r_cuts) AS __r,
           __audience_score(caller, __frequency, __f_cuts) AS __f,
           __audience_score(caller, coalesce(__monetary, '-infinity'::DOUBLE), __m_cuts) AS __m
    FROM query_table(scored), query_table(cuts)
)
SELECT
    __customer AS customer_id, __recency AS recency_days, __frequency AS frequency, __monetary AS monetary,
    __r AS r, __f AS f, __m AS m,
    concat_ws(CASE WHEN __bins < 10 THEN '' ELSE '-' END, __r, __f, __m) AS rfm_score,
    __names[(__r - 1) * __bins + __f] AS segment
FROM __scored, query_table(options);
