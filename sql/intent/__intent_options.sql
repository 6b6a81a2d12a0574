-- The checked options of the purchase intent functions, in one row; `caller` is the function that an error names.
CREATE MACRO audience.__intent_options(
    caller,
    horizon_days,
    only_new,
    top
) AS TABLE
SELECT
    CASE WHEN horizon_days BETWEEN 1 AND 3650 THEN horizon_days::INTEGER
         ELSE error(concat('audience: ', caller, ': horizon_days must be 1 to 3650, got ', coalesce(horizon_days::VARCHAR, 'NULL'))) END AS __horizon_days,
    coalesce(only_new::BOOLEAN, error(concat('audience: ', caller, ': only_new must be true or false, got NULL'))) AS __only_new,
    CASE WHEN top IS NULL OR top >= 1 THEN top::BIGINT
         ELSE error(concat('audience: ', caller, ': top must be at least 1, got ', top::VARCHAR)) END AS __top;
