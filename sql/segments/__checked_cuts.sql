-- Cut points of an analyst's own, one less than scores; NULL where none are given. By way of the text, because what is
-- no list cannot be cast to one.
CREATE MACRO audience.__checked_cuts(
    caller,
    argument,
    cuts,
    bins
) AS
TRY_CAST(audience.__checked(
    caller, argument, cuts::VARCHAR,
    cuts IS NULL
        OR (len([__cut FOR __cut IN TRY_CAST(cuts::VARCHAR AS DOUBLE[]) IF isfinite(__cut)]) = bins - 1
            AND list_sort(list_distinct(TRY_CAST(cuts::VARCHAR AS DOUBLE[])), 'ASC')
                = TRY_CAST(cuts::VARCHAR AS DOUBLE[])),
    concat(bins - 1, CASE WHEN bins = 2 THEN ' number' ELSE ' ascending numbers' END, ', one less than bins')
) AS DOUBLE[]);
