-- The value of an argument that is a whole number from `least` to `most`.
CREATE MACRO audience.__checked_number(
    caller,
    argument,
    value,
    least,
    most
) AS
coalesce(__audience_whole_number(caller, TRY_CAST(value AS DOUBLE), least, most),
         audience.__refused(caller, __audience_number_refusal(
             caller, argument, value::VARCHAR, TRY_CAST(value AS DOUBLE), least, most)));
