-- One row: where each score begins by quantile; NULLs without bins. `scored` is stored, because it is read twice: the
-- values are more than there is memory for, so the first pass finds out which of them decide.
CREATE MACRO audience.__rfm_cuts(caller, scored, bins) AS TABLE
WITH __asked AS MATERIALIZED (
    -- One row: the bins.
    SELECT bins AS __bins FROM audience.__one(scored)
), __outlined AS MATERIALIZED (
    -- One row: which values of each dimension decide.
    SELECT any_value(__bins) AS __bins,
           __audience_score_outline(caller, -__recency, __bins) AS __r_outline,
           __audience_score_outline(caller, __frequency, __bins) AS __f_outline,
           __audience_score_outline(caller, coalesce(__monetary, '-infinity'::DOUBLE), __bins) AS __m_outline
    FROM query_table(scored), __asked
)
SELECT __audience_score_cuts(caller, -__recency, __bins, __r_outline) AS __r_found,
       __audience_score_cuts(caller, __frequency, __bins, __f_outline) AS __f_found,
       __audience_score_cuts(caller, coalesce(__monetary, '-infinity'::DOUBLE), __bins, __m_outline) AS __m_found
FROM query_table(scored), __outlined;
