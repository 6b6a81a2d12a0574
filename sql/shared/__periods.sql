-- One row per calendar period from the one that holds since to the one that holds until, cut off at until; at most
-- 1,000. Months begin with the calendar's, weeks on Monday.
CREATE MACRO audience.__periods(
    caller,
    every,
    since,
    until
) AS TABLE
WITH __parts AS MATERIALIZED (
    -- One row: what was given.
    SELECT CASE WHEN since IS NOT NULL THEN audience.__checked_date(caller, 'since', since) END AS __since,
           CASE WHEN until IS NOT NULL THEN audience.__checked_date(caller, 'until', until) END AS __until,
           TRY_CAST(every::VARCHAR AS INTERVAL) AS __every
), __given AS MATERIALIZED (
    -- One row: also the months and days of `every`, and what is left, which are hours and less, of which whole days may
    -- be made.
    SELECT *, 12 * date_part('year', __every) + date_part('month', __every) AS __months,
           date_part('day', __every) AS __days,
           date_part('epoch', __every - to_days(__days::INTEGER) - to_months(__months::INTEGER)) AS __seconds
    FROM __parts
), __checked AS MATERIALIZED (
    -- One row: the dates, and the length as the periods are made of it.
    SELECT __since, __until,
           CASE WHEN __months BETWEEN 1 AND 12000 AND __days = 0 AND __seconds = 0 THEN __every
                WHEN __months = 0 AND __seconds % 86400 = 0 AND __days + __seconds / 86400 BETWEEN 1 AND 365250
                THEN to_days((__days + __seconds / 86400)::INTEGER)
                ELSE audience.__refused(caller, concat(
                    'every must be whole days or weeks, or whole months or years, up to 1,000 years, got ',
                    coalesce(every::VARCHAR, 'NULL'))) END AS __every,
           30.436875 * __months + __days + __seconds / 86400 AS __length
    FROM __given
), __bounded AS MATERIALIZED (
    -- One row: the start of the first period.
    SELECT time_bucket(__every, __since) AS __first, __until, __every,
           CASE WHEN __since > __until
                THEN audience.__refused(caller, concat(
                    'since must not be after until, got ', __since, ' and ', __until))
                WHEN date_diff('day', __since, __until) / __length >= 1000
                THEN audience.__refused(caller, concat(
                    'every makes more than 1,000 periods between ', __since, ' and ', __until,
                    '; choose a longer one, or leave out placeholder dates with filter'))
                WHEN __until IS NOT NULL AND TRY_CAST(__until AS TIMESTAMP) IS NULL
                THEN audience.__refused(caller, concat('until must be a day that a TIMESTAMP can be, got ', __until))
                ELSE true END AS __valid
    FROM __checked
)
SELECT __start::DATE AS __start, least((__start + __every)::DATE - 1, __until) AS __end,
       (__start + __every)::DATE - 1 <= __until AS __complete
FROM (
    SELECT unnest(generate_series(TRY_CAST(__first AS TIMESTAMP), TRY_CAST(__until AS TIMESTAMP), __every)) AS __start,
           __until, __every
    FROM __bounded
    WHERE __valid
);
