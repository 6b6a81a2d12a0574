-- The value of an argument that is a whole number from `least` to `most`.
CREATE MACRO audience.__checked_number(
    caller,
    argument,
    value,
    least,
    most
) AS
audience.__checked_whole(caller, argument, value, TRY_CAST(value AS DOUBLE) BETWEEN least AND most,
                         concat(least, ' to ', most))::INTEGER;
