-- The calendar periods from the one that holds since to the one that holds until, cut off at until; at most 1,000. Months
-- begin with the calendar's, weeks on Monday.
CREATE MACRO audience.__periods(
    caller,
    every,
    since,
    until
) AS TABLE
WITH __parts AS MATERIALIZED (
    SELECT since::DATE AS __since, until::DATE AS __until, every::INTERVAL AS __every,
           12 * date_part('year', every::INTERVAL) + date_part('month', every::INTERVAL) AS __months,
           date_part('day', every::INTERVAL) AS __days
), __given AS MATERIALIZED (
    -- What is left are hours and less, of which whole days may be made.
    SELECT *, date_part('epoch', __every - to_days(__days::INTEGER) - to_months(__months::INTEGER)) AS __seconds
    FROM __parts
), __checked AS MATERIALIZED (
    SELECT CASE WHEN isfinite(__since) OR __since IS NULL THEN __since
                ELSE error(concat('audience: ', caller, ': since must be a finite date, got ', __since)) END AS __since,
           CASE WHEN isfinite(__until) OR __until IS NULL THEN __until
                ELSE error(concat('audience: ', caller, ': until must be a finite date, got ', __until)) END AS __until,
           CASE WHEN __months BETWEEN 1 AND 12000 AND __days = 0 AND __seconds = 0 THEN __every
                WHEN __months = 0 AND __seconds % 86400 = 0 AND __days + __seconds / 86400 BETWEEN 1 AND 365250 THEN to_days((__days + __seconds / 86400)::INTEGER)
                ELSE error(concat('audience: ', caller, ': every must be whole days or weeks, or whole months or years, up to 1,000 years, got ', coalesce(every::VARCHAR, 'NULL'))) END AS __every,
           30.436875 * __months + __days + __seconds / 86400 AS __length
    FROM __given
), __bounded AS MATERIALIZED (
    SELECT time_bucket(__every, __since) AS __first, __until, __every,
           CASE WHEN __since > __until
                THEN error(concat('audience: ', caller, ': since must not be after until, got ', __since, ' and ', __until))
                WHEN date_diff('day', __since, __until) / __length >= 1000
                THEN error(concat('audience: ', caller, ': every makes more than 1,000 periods between ', __since, ' and ', __until, '; choose a longer one, or leave out placeholder dates with filter'))
                ELSE true END AS __valid
    FROM __checked
)
SELECT __start::DATE AS __start, least((__start + __every)::DATE - 1, __until) AS __end,
       (__start + __every)::DATE - 1 <= __until AS __complete
FROM (SELECT unnest(generate_series(__first::TIMESTAMP, __until::TIMESTAMP, __every)) AS __start, __until, __every FROM __bounded WHERE __valid);
