-- The value of an argument that must be a whole number, or NULL where that is allowed; see __checked.
CREATE MACRO audience.__checked_whole(
    caller,
    argument,
    value,
    is_allowed,
    allowed
) AS
audience.__checked(caller, argument, value, is_allowed AND coalesce(audience.__number(value) % 1 = 0, true),
                   concat(if(audience.__number(value) % 1 <> 0, 'a whole number, ', ''), allowed));
