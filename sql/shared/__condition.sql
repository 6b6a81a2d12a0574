-- A condition over the rows of a relation; an error where it is a number or a text. NULL counts as false.
CREATE MACRO audience.__condition(caller, argument, value) AS
CASE WHEN __audience_condition(caller, argument, typeof(value)) THEN value::BOOLEAN END;
