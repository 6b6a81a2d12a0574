-- What stands for a column of a relation; an error where it is a text in quotes that cannot be meant.
CREATE MACRO audience.__column(
    caller,
    argument,
    value,
    relation_row
) AS
CASE WHEN __audience_column(caller, argument, audience.__written(value), typeof(relation_row)) THEN value END;
