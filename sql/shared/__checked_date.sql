-- The value of an argument that is a day.
CREATE MACRO audience.__checked_date(caller, argument, value) AS
CASE WHEN isfinite(audience.__given_day(value)) THEN audience.__given_day(value)
     ELSE audience.__refused(caller, concat(argument, ' must be a finite date, got ', coalesce(value::VARCHAR, 'NULL')))
END;
