-- One row, of any relation that is stored. What is the same for everybody is selected from it: beside a row that
-- comes from nowhere DuckDB shows no progress of the query.
CREATE MACRO audience.__one(stored) AS TABLE
SELECT count(*) AS __rows FROM query_table(stored);
