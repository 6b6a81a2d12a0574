-- The value of an argument, or an error that says what is allowed.
CREATE MACRO audience.__checked(
    caller,
    argument,
    value,
    is_allowed,
    allowed
) AS
CASE WHEN is_allowed THEN value
     ELSE audience.__refused(caller, concat(argument, ' must be ', allowed, ', got ', coalesce(value::VARCHAR, 'NULL')))
END;
