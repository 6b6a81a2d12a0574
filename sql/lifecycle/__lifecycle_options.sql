-- One row: the checked options of the lifecycle functions.
CREATE MACRO audience.__lifecycle_options(caller, just_ordered_days := 30, horizon_days := 180) AS TABLE
SELECT audience.__checked_number(caller, 'just_ordered_days', just_ordered_days, 0, 3650) AS __just_ordered_days,
       audience.__checked_number(caller, 'horizon_days', horizon_days, 1, 3650) AS __horizon_days;
