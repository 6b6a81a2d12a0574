-- A column of numbers as DOUBLE; an error where it is of another type. Two checks as in __date_column.
CREATE MACRO audience.__number_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN NOT __audience_column(caller, argument, audience.__written(value), typeof(relation_row)) THEN NULL
     WHEN __audience_number_column(caller, argument, typeof(value), typeof(relation_row))
     THEN TRY_CAST(value AS DOUBLE) END;
