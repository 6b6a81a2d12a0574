-- A column of numbers as DOUBLE; an error where it is of another type.
CREATE MACRO audience.__number_column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN __audience_number_column(caller, argument, typeof(value), alias(value), typeof(relation_row))
     THEN TRY_CAST(value AS DOUBLE) END;
