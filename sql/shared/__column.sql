-- What stands for a column of a relation; an error where it is a text in quotes that cannot be meant. The check is made
-- for every row, unlike those of days and numbers: were it folded, DuckDB 2.0 would see that an empty table has no
-- customer, and of some queries leave out everything, the checks of other arguments as well. Some correlated queries
-- would end in an internal error.
CREATE MACRO audience.__column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN __audience_column(caller, argument, alias(value), typeof(relation_row)) THEN value END;
