-- The checked options of the back-tests, in one row; `caller` is the function that an error names.
CREATE MACRO audience.__backtest_options(caller, cutoff, days) AS TABLE
SELECT
    CASE WHEN isfinite(cutoff::DATE) THEN cutoff::DATE
         ELSE error(concat('audience: ', caller, ': cutoff must be a finite date, got ', coalesce(cutoff::VARCHAR, 'NULL'))) END AS __cutoff,
    CASE WHEN days BETWEEN 1 AND 3650 THEN days::INTEGER
         ELSE error(concat('audience: ', caller, ': days must be 1 to 3650, got ', coalesce(days::VARCHAR, 'NULL'))) END AS __days;
