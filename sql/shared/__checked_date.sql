-- The value of an argument that is a day.
CREATE MACRO audience.__checked_date(caller, argument, value) AS
audience.__checked(caller, argument, value::DATE, isfinite(value::DATE), 'a finite date');
