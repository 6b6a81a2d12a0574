-- One row: the date that a result holds for, which is as_of or the latest day of any row.
CREATE MACRO audience.__clock(caller, histories, as_of) AS TABLE
SELECT CASE WHEN as_of IS NULL THEN max(__latest) ELSE audience.__checked_date(caller, 'as_of', as_of) END AS __as_of
FROM query_table(histories);
