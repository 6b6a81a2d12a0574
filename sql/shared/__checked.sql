-- The value of an argument, or an error that says what is allowed.
CREATE MACRO audience.__checked(
    caller,
    argument,
    value,
    is_allowed,
    allowed
) AS
CASE WHEN is_allowed THEN value
     ELSE audience.__refused(caller, __audience_refusal(caller, argument, value::VARCHAR, allowed)) END;
