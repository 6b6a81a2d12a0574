-- The value of an argument that is a day.
CREATE MACRO audience.__checked_date(caller, argument, value) AS
audience.__checked(caller, argument, audience.__given_day(value), isfinite(audience.__given_day(value)),
                   'a finite date');
