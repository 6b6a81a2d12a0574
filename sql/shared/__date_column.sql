-- The day of a column, by __day; an error where it cannot be one. The type is known before any row, but how a column
-- was written only with one, so the two have a check each; DuckDB evaluates them in this order, where it can.
CREATE MACRO audience.__date_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN NOT __audience_column(caller, argument, audience.__written(value), typeof(relation_row)) THEN NULL
     WHEN __audience_date_column(caller, argument, typeof(value)) THEN audience.__day(value) END;
