-- Cut points of an analyst's own, which must be bins - 1 ascending numbers; NULL where none are given.
CREATE MACRO audience.__checked_cuts(
    caller,
    argument,
    cuts,
    bins
) AS
CASE WHEN cuts IS NULL THEN NULL::DOUBLE[]
     WHEN len([__cut FOR __cut IN (cuts::DOUBLE[]) IF isfinite(__cut)]) = bins - 1
         AND list_sort(list_distinct(cuts::DOUBLE[])) = cuts::DOUBLE[]
     THEN cuts::DOUBLE[]
     ELSE error(concat('audience: ', caller, ': ', argument, ' must be ', bins - 1,
                       CASE WHEN bins = 2 THEN ' number' ELSE ' ascending numbers' END,
                       ', one less than bins, got ', cuts::VARCHAR)) END;
