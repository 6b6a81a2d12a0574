-- The last day whose orders count: as_of, or today. The check stands where rows are left out, because in a correlated
-- query DuckDB 2.0 does not compute a date that no column of the result needs.
CREATE MACRO audience.__until(caller, as_of) AS
CASE WHEN as_of IS NULL THEN current_date ELSE audience.__checked_date(caller, 'as_of', as_of) END;
