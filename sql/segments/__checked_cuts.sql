-- Cut points of an analyst's own, one less than scores; NULL where none are given.
CREATE MACRO audience.__checked_cuts(
    caller,
    argument,
    cuts,
    bins
) AS
audience.__checked(
    caller, argument, cuts,
    cuts IS NULL
        OR (len([__cut FOR __cut IN (cuts::DOUBLE[]) IF isfinite(__cut)]) = bins - 1
            AND list_sort(list_distinct(cuts::DOUBLE[])) = cuts::DOUBLE[]),
    concat(bins - 1, CASE WHEN bins = 2 THEN ' number' ELSE ' ascending numbers' END, ', one less than bins')
)::DOUBLE[];
