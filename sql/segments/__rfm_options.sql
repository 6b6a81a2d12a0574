-- One row: the checked bins, the segment of every pair of scores, and the analyst's own cut points.
CREATE MACRO audience.__rfm_options(
    caller,
    histories,
    bins,
    grid,
    r_cuts := NULL,
    f_cuts := NULL,
    m_cuts := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_number(caller, 'bins', bins, 2, 10) AS __bins FROM audience.__one(histories)
), __given AS MATERIALIZED (
    -- One row: the cut points. Fewer days are better, and scores count up.
    SELECT list_reverse([-__cut FOR __cut IN audience.__checked_cuts(caller, 'r_cuts', r_cuts, __bins)]) AS __r_given,
           audience.__checked_cuts(caller, 'f_cuts', f_cuts, __bins) AS __f_given,
           audience.__checked_cuts(caller, 'm_cuts', m_cuts, __bins) AS __m_given
    FROM __options
), __segments AS MATERIALIZED (
    -- One row: the segment of every pair of scores.
    SELECT __bins,
           list(__audience_rfm_segment(caller, __r::INTEGER, __f::INTEGER, __bins, grid)
                ORDER BY __r ASC, __f ASC) AS __names
    FROM (SELECT __bins, __r, unnest(range(1, __bins + 1)) AS __f
          FROM (SELECT __bins, unnest(range(1, __bins + 1)) AS __r FROM __options))
    GROUP BY __bins
)
FROM __segments, __given;
