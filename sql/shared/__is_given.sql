-- One row: whether an expression over a relation is given, which a literal NULL is not. Its type is asked of no rows.
CREATE MACRO audience.__is_given(relation, value) AS TABLE
SELECT typeof(any_value(__value)) <> '"NULL"' AS __is_given
FROM (SELECT value AS __value FROM query_table(relation) LIMIT 0);
