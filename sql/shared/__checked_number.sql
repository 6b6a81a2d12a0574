-- The value of an argument that is a whole number from `least` to `most`.
CREATE MACRO audience.__checked_number(
    caller,
    argument,
    value,
    least,
    most
) AS
coalesce(__audience_whole_number(caller, audience.__number(value), least, most),
         audience.__refused(caller, __audience_number_refusal(
             caller, argument, value::VARCHAR, audience.__number(value), least, most)));
