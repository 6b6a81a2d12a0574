-- How what stands for a column was written, where it may be a text in quotes. Of other types it is NULL, so that the
-- check of it is folded instead of made for every row.
CREATE MACRO audience.__written(value) AS
CASE WHEN typeof(value) = 'VARCHAR' THEN alias(value) END;
