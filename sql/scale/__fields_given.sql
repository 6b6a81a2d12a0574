-- One row: the fields of a STRUCT that may have been given, as columns, whether it was, and what was given instead.
-- `meant` has a column for each field that there should be; those that are missing are NULLs of its type. A value of
-- any other type has no field: so the error is ours, and not DuckDB's of types that do not mix.
CREATE MACRO audience.__fields_given(stored, value, meant) AS TABLE
SELECT unnest([__passed], max_depth := 2), __passed IS NOT NULL AS __is_passed,
       if(starts_with(typeof(__passed), 'STRUCT('), 'another STRUCT', typeof(__passed)) AS __kind
FROM (SELECT value AS __passed FROM audience.__one(stored))
UNION ALL BY NAME
FROM query_table(meant) WHERE false;
