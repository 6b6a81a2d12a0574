-- The stages of all customers at the end of every period, as they would have been seen on that day: the model of each
-- period is fitted to what was known then, so later orders do not change the past. One row per period and stage, also
-- for stages without customers, ordered by both.
--
-- Periods follow the calendar: months, quarters and years begin with the calendar's, weeks on Monday. Periods of n
-- months are counted from January 2000, those of n days from Monday, 2000-01-03. The first period is the one that holds
-- since, the last is cut off at until. The year before since is computed as well, for comparison. Where the models are
-- fitted, there may be 200 million pairs of a customer and a period.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter, just_ordered_days, lost_after_gaps: as in audience.customers
-- - every: INTERVAL or text such as '1 week'; whole days, weeks, months or years, not mixed; at most 1,000 periods,
--   those of the year before since included; default '1 month'. A placeholder date such as 1900-01-01 makes more: leave
--   such rows out with filter
-- - since: DATE, finite, any day of the first period; default NULL = the first purchase
-- - until: DATE, finite; the last day, later rows are ignored; default NULL = the day of the latest row that filter
--   leaves and that is not after today
-- - labels: as in audience.customers
-- - models: STRUCT from audience.period_models of the same every, since and until, to count the customers of a part as
--   audience.lifecycle_history over all orders does: see scale.md; default NULL = the models are fitted to orders
--
-- Returns:
-- - period_end: last day of the period; the customers are judged at its end
-- - lifecycle_stage: the stage
-- - customers: customers in this stage on that day
-- - share: their share, 0 to 1, of all customers known on that day; NULL while there are none
-- - revenue: their revenue from the beginning up to that day, refunds included and unknown amounts left out; NULL where
--   no amount is known
-- - change_from_previous: customers in this stage minus those at the end of the period before; NULL in the period of
--   the first order
-- - change_from_year_before: customers in this stage minus those of the period that holds the same day a year before,
--   or on that very day where this period is cut off at until; NULL where that is before the first order, or the
--   period that holds it is this one and whole
--
-- Errors:
-- - every is not a whole number of days, weeks, months or years, or makes more than 1,000 periods
-- - since is after until, or after the latest date
-- - models are those of other periods, or since or until is not given with them
-- - and as in audience.customers
--
-- Example:
-- SELECT *
-- FROM audience.lifecycle_history('orders', customer_id, order_date, amount, filter := status <> 'cancelled',
--                                 every := '6 months', since := DATE '2024-07-01')
-- ORDER BY period_end, lifecycle_stage;
--
-- Source: as in audience.lifecycle_stage
CREATE MACRO audience.lifecycle_history(
    orders,
    customer_id,
    order_date,
    amount,
    every := '1 month',
    since := NULL,
    until := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    labels := 'enum',
    models := NULL
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('lifecycle_history', orders, customer_id, order_date, amount, audience.__given_day(until),
                         filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('lifecycle_history', '__logs', just_ordered_days, lost_after_gaps)
), __given AS MATERIALIZED (
    -- One row: the models that were given.
    FROM audience.__opened_models('lifecycle_history', '__logs', models, since, until)
), __span AS MATERIALIZED (
    -- One row: the days to show, and that of the first purchase of all customers.
    SELECT CASE WHEN NOT __is_given THEN __first
                WHEN __first < coalesce(__first_of_all, DATE 'infinity')
                THEN audience.__refused('lifecycle_history', concat(
                    'models must be those of all orders, which begin ', coalesce(__first_of_all::VARCHAR, 'never'),
                    ' for them, and here on ', __first))
                ELSE __first_of_all END AS __first, __since, __until
    FROM audience.__history_span('lifecycle_history', '__logs', since, until), __given
), __periods AS MATERIALIZED (
    -- One row per period.
    FROM audience.__history_periods('lifecycle_history', '__span', every)
), __learned AS NOT MATERIALIZED (
    -- One row per customer whom the models are fitted to: none where they are given.
    SELECT __log FROM __logs, __given WHERE NOT __is_given
), __dates AS MATERIALIZED (
    -- One row: the last days of all periods, where the models of all of them fit into memory.
    SELECT list(__end ORDER BY __end ASC) AS __dates
    FROM __periods
    WHERE audience.__days_fit('lifecycle_history', '__learned')
), __models AS MATERIALIZED (
    -- One row: the models of all periods.
    SELECT __dates, __audience_history_models('lifecycle_history', __log, __dates) AS __models
    FROM __learned, __dates
    GROUP BY __dates
    UNION ALL
    SELECT __dates, audience.__models_of_periods('lifecycle_history', __periods, __dates)
    FROM __dates, __given
    WHERE __is_given
), __counts AS (
    -- One row per period and stage.
    SELECT unnest(__audience_history_stages('lifecycle_history', __log, __dates, __models, __stage_options))
               AS __count
    FROM __logs, __models, __options
), __grid AS MATERIALIZED (
    -- One row per period and stage, with all customers of the period.
    SELECT __end, __shown, __period_before, __year_before, __count.lifecycle_stage AS __stage,
           __count.customers AS __customers, __count.revenue AS __revenue,
           sum(__count.customers) OVER (PARTITION BY __end) AS __known
    FROM __counts JOIN __periods ON __count.period_end = __end
), __enum AS NOT MATERIALIZED (
    -- One row per period and stage.
    FROM audience.__compared_stages('__grid')
    ORDER BY period_end ASC, lifecycle_stage ASC
), __text AS NOT MATERIALIZED (
    -- One row per period and stage, with labels that every database can store.
    SELECT * REPLACE (lifecycle_stage::VARCHAR AS lifecycle_stage) FROM __enum
)
FROM query_table(audience.__labels('lifecycle_history', labels));
