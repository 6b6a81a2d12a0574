-- One row: the fields of a STRUCT that may have been given, as columns, whether it was, and what was given instead.
-- Together with a relation of the fields that are meant, by UNION ALL BY NAME, those that are missing are NULLs of
-- their type. A value of any other type has no field: so the error is ours, and not DuckDB's of types that do not mix.
CREATE MACRO audience.__fields_given(stored, value) AS TABLE
SELECT unnest([__passed], max_depth := 2), __passed IS NOT NULL AS __is_passed,
       if(starts_with(typeof(__passed), 'STRUCT('), 'another STRUCT', typeof(__passed)) AS __kind
FROM (SELECT value AS __passed FROM audience.__one(stored));
