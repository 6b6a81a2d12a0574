-- One row per customer and period: the last day of the period, and the row that audience.customers gives as of that
-- day. The rows of a period come together. A period also has one row without a customer, with what __history_periods
-- says of it.
CREATE MACRO audience.__customers_history(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    every,
    since,
    until,
    filter,
    season
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs(caller, orders, customer_id, order_date, amount, audience.__given_day(until), filter)
), __span AS MATERIALIZED (
    -- One row: the days to show.
    FROM audience.__history_span(caller, '__logs', since, until)
), __periods AS MATERIALIZED (
    -- One row per period.
    FROM audience.__history_periods(caller, '__span', every)
), __dates AS MATERIALIZED (
    -- One row: the last days of all periods, where the models of all of them fit into memory, and whether seasons are
    -- wanted.
    SELECT list(__end ORDER BY __end ASC) AS __dates, audience.__checked_switch(caller, 'season', season) AS __season
    FROM __periods
    WHERE audience.__days_fit(caller, '__logs')
), __models AS MATERIALIZED (
    -- One row: the models of all periods.
    SELECT __dates, __audience_history_shop_models(caller, __log, __dates, __season, NULL) AS __models
    FROM __logs, __dates
    GROUP BY __dates, __season
), __batches AS MATERIALIZED (
    -- One row per 64 periods, with their last days and models. DuckDB makes one vector of the periods of 2,048
    -- customers.
    SELECT __dates[__first : __first + 63] AS __dates, __models[__first : __first + 63] AS __models
    FROM (SELECT *, unnest(range(1, len(__dates) + 1, 64)) AS __first FROM __models)
), __walked AS (
    -- One row per customer and period.
    SELECT __customer, unnest(__audience_history_values(caller, __log, __dates, __models)) AS __then
    FROM __logs, __batches
), __valued AS MATERIALIZED (
    -- One row per customer and period.
    SELECT __customer, __then.period_end AS __day, __then.history AS __history, __then.value AS __value FROM __walked
), __importance AS (
    -- One row per period with a customer: the least value of a VIP.
    FROM audience.__vip_values(caller, '__valued')
), __fits AS (
    -- One row per period.
    SELECT __day, __audience_stage_model(caller, __shop) AS __model
    FROM (SELECT unnest(__dates) AS __day, unnest(__models) AS __shop FROM __models)
), __same AS MATERIALIZED (
    -- One row per period with a customer: all that is the same for everybody.
    SELECT *, NULL AS __peer_gap
    FROM __fits JOIN __importance USING (__day), audience.__lifecycle_options(caller, '__logs')
), __ranked AS (
    -- One row per customer and period, with the rank.
    SELECT *, CASE WHEN __value.customer_value IS NOT NULL
                   THEN rank() OVER (PARTITION BY __day ORDER BY __value.customer_value DESC NULLS LAST) END AS __rank
    FROM __valued
), __known AS (
    -- One row per customer and period, with all that is the same for everybody.
    FROM __ranked JOIN __same USING (__day)
)
SELECT __day AS __end, NULL::BOOLEAN AS __shown, NULL::DATE AS __period_before, NULL::DATE AS __year_before,
       struct_pack(*COLUMNS(* EXCLUDE (__day))) AS __row
FROM audience.__customer_columns(caller, '__known')
UNION ALL
SELECT *, NULL FROM __periods;
