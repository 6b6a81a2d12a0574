-- One row: the checked lapse_days, or NULL.
CREATE MACRO audience.__given_lapse(caller, lapse_days) AS TABLE
SELECT CASE WHEN lapse_days IS NOT NULL
            THEN audience.__checked_days(caller, 'lapse_days', lapse_days, 1, '1 to') END AS __given_days;
