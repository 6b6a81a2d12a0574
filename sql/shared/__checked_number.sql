-- The value of an argument that is a whole number from `least` to `most`.
CREATE MACRO audience.__checked_number(
    caller,
    argument,
    value,
    least,
    most
) AS
audience.__checked(caller, argument, value, value BETWEEN least AND most, concat(least, ' to ', most))::INTEGER;
