-- The value of an argument that is a number of days, up to a century. `range` is what an error writes before the most,
-- such as '1 to'.
CREATE MACRO audience.__checked_days(
    caller,
    argument,
    value,
    least,
    range
) AS
audience.__checked_whole(caller, argument, value, audience.__number(value) BETWEEN least AND 36525,
                         concat(range, ' ', 36525))::INTEGER;
