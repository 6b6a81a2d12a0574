-- A number of days that an analyst gave, or an error that names the function and the argument and says what it must be.
CREATE MACRO audience.__checked_days(
    caller,
    argument,
    days,
    least,
    allowed
) AS
CASE WHEN days BETWEEN least AND 36500 THEN days::INTEGER
     ELSE error(concat('audience: ', caller, ': ', argument, ' must be ', allowed, ', got ', coalesce(days::VARCHAR, 'NULL'))) END;
