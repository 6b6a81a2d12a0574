-- The day of a column, by __day; an error where it cannot be one.
CREATE MACRO audience.__date_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN __audience_date_column(caller, argument, typeof(value), alias(value), typeof(relation_row))
     THEN audience.__day(value) END;
