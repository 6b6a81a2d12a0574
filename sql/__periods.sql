-- The calendar periods from the one that holds since to the one that holds until, cut off at until; at most 1,000. Months
-- begin with the calendar's, weeks on Monday.
CREATE MACRO audience.__periods(caller, every, since, until) AS TABLE
WITH __checked AS MATERIALIZED (
    SELECT since::DATE AS __since, until::DATE AS __until,
           CASE WHEN TIMESTAMP '2000-01-01' + every::INTERVAL >= TIMESTAMP '2000-01-02'
                 AND TIMESTAMP '2000-01-01' + every::INTERVAL = date_trunc('day', TIMESTAMP '2000-01-01' + every::INTERVAL)
                THEN every::INTERVAL
                ELSE error(concat('audience: ', caller, ': every must be an interval of whole days, weeks, months or years, got ', coalesce(every::VARCHAR, 'NULL'))) END AS __every
), __bounded AS MATERIALIZED (
    SELECT time_bucket(__every, __since) AS __first, __until, __every,
           CASE WHEN __since > __until
                THEN error(concat('audience: ', caller, ': since must not be after until, got ', __since, ' and ', __until))
                WHEN date_diff('day', __since, __until) / date_diff('day', DATE '2000-01-01', (DATE '2000-01-01' + __every)::DATE) >= 1000
                THEN error(concat('audience: ', caller, ': every makes more than 1,000 periods between ', __since, ' and ', __until, '; choose a longer one'))
                ELSE true END AS __valid
    FROM __checked
)
SELECT __start::DATE AS __start, least((__start + __every)::DATE - 1, __until) AS __end,
       (__start + __every)::DATE - 1 <= __until AS __complete
FROM (SELECT unnest(generate_series(__first::TIMESTAMP, __until::TIMESTAMP, __every)) AS __start, __until, __every FROM __bounded WHERE __valid);
