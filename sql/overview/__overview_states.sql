-- One row per customer and day of __overview_days from the first purchase on: the stage, what was spent on the days
-- before and is expected, and the stage on the day before in their order, NULL if there was no purchase yet.
CREATE MACRO audience.__overview_states(caller, logs, days, options) AS TABLE
WITH __frame AS MATERIALIZED (
    -- One row: the days and their models, the last of them and the same a year before.
    SELECT list(__day ORDER BY __day ASC) AS __dates, list(__shop ORDER BY __day ASC) AS __shops,
           max(__day) AS __as_of, max(__day) FILTER (__months = 12) AS __year_before
    FROM query_table(days)
), __walked AS (
    -- One row per customer, with the customer at each day.
    SELECT __customer, __audience_history_values(caller, __log, __dates, __shops) AS __found,
           [{'day': __as_of, 'month': audience.__window_revenue(__log, __as_of, 30),
             'year': audience.__window_revenue(__log, __as_of, 365)},
            {'day': __year_before, 'month': audience.__window_revenue(__log, __year_before, 30),
             'year': audience.__window_revenue(__log, __year_before, 365)}] AS __spent
    FROM query_table(logs), __frame
    WHERE __first IS NOT NULL
), __paired AS (
    -- One row per customer and day, with the customer at the day before in their order.
    SELECT unnest(__found) AS __now, unnest(list_prepend(NULL, __found[:-2])) AS __before, __spent FROM __walked
)
SELECT __months, __now.history.revenue AS __revenue, __now.value.expected_revenue AS __expected,
       [__part.month FOR __part IN __spent IF __part.day = __day][1] AS __month,
       [__part.year FOR __part IN __spent IF __part.day = __day][1] AS __year,
       __audience_stage(caller, __now.history, __model, __day, __stage_options) AS __stage,
       __audience_stage(caller, __before.history, __model_before, __day_before, __stage_options) AS __stage_before
FROM __paired JOIN query_table(days) AS __days ON __now.period_end = __days.__day, query_table(options);
