-- The date that a result holds for, in one row: as_of, or the latest day of any row; `caller` is the function that an
-- error names.
CREATE MACRO audience.__clock(caller, histories, as_of) AS TABLE
SELECT CASE WHEN isfinite(as_of::DATE) THEN as_of::DATE
            WHEN as_of IS NULL THEN max(__latest)
            ELSE error(concat_ws(': ', 'audience', caller, 'as_of must be a finite date, got ' || as_of::VARCHAR)) END AS __as_of
FROM query_table(histories);
