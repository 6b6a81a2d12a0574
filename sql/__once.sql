-- The rows to export, once each, ordered by their identifiers. Which one of the same identifiers is kept depends on their
-- values only and not on the order in which they were read.
CREATE MACRO audience.__once(identified) AS TABLE
FROM query_table(identified)
WHERE __key IS NOT NULL
QUALIFY row_number() OVER (PARTITION BY __key ORDER BY __further, __phone, __first_name, __last_name) = 1
ORDER BY __key;
