-- One row: where each score begins by quantile; NULLs without bins.
CREATE MACRO audience.__rfm_cuts(caller, scored, bins) AS TABLE
SELECT __audience_score_cuts(caller, -__recency, bins) AS __r_found,
       __audience_score_cuts(caller, __frequency, bins) AS __f_found,
       __audience_score_cuts(caller, coalesce(__monetary, '-infinity'::DOUBLE), bins) AS __m_found
FROM query_table(scored);
