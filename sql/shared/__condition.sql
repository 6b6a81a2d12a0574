-- A condition over the rows of a relation; an error where it is a number or a text. NULL counts as false. The ELSE is
-- never reached, but DuckDB 2.0 leaves what may fail where it is; without it some correlated queries end in an internal
-- error.
CREATE MACRO audience.__condition(caller, argument, value) AS
CASE WHEN __audience_condition(caller, argument, typeof(value)) THEN value::BOOLEAN
     ELSE audience.__refused(caller, concat(argument, ' must be a condition')) END;
