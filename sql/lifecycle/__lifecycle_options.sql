-- The checked options of the lifecycle functions, in one row; `caller` is the function that an error names.
CREATE MACRO audience.__lifecycle_options(caller, just_ordered_days, horizon_days) AS TABLE
SELECT
    CASE WHEN just_ordered_days BETWEEN 0 AND 3650 THEN just_ordered_days::INTEGER
         ELSE error(concat('audience: ', caller, ': just_ordered_days must be 0 to 3650, got ', coalesce(just_ordered_days::VARCHAR, 'NULL'))) END AS __just_ordered_days,
    CASE WHEN horizon_days BETWEEN 1 AND 3650 THEN horizon_days::INTEGER
         ELSE error(concat('audience: ', caller, ': horizon_days must be 1 to 3650, got ', coalesce(horizon_days::VARCHAR, 'NULL'))) END AS __horizon_days;
