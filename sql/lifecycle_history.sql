-- The stages of all customers at the end of every period, as they would have been seen on that day: the model of each
-- period is fitted to what was known then.
CREATE MACRO audience.lifecycle_history(orders, customer_id, order_date, amount, every := '1 month', since := NULL, until := NULL, filter := true, just_ordered_days := 30) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options('lifecycle_history', just_ordered_days, 180)
), __logs AS MATERIALIZED (
    FROM audience.__logs(orders, customer_id, order_date, amount, until, filter)
), __span AS MATERIALIZED (
    SELECT coalesce(since::DATE, min(__log[1].day)) AS __since, coalesce(until::DATE, max(__latest)) AS __until FROM __logs
), __periods AS MATERIALIZED (
    FROM audience.__periods('lifecycle_history', every, (SELECT __since FROM __span), (SELECT __until FROM __span))
), __models AS MATERIALIZED (
    SELECT __start, __end, __audience_purchase_model_fit(__audience_history_at(__log, __end), __end).model AS __model
    FROM __logs, __periods
    GROUP BY __start, __end
), __snapshots AS (
    SELECT __end, __model, __audience_history_at(__log, __end) AS __history
    FROM __logs, __models
), __counts AS (
    SELECT __end, __audience_stage(__history, __model, __end, __just_ordered_days) AS __stage, count(*) AS __customers, __audience_sum(__history.revenue) AS __revenue
    FROM __snapshots, __options
    WHERE __history IS NOT NULL
    GROUP BY __end, __stage
), __grid AS (
    SELECT __start, __end, __stage, coalesce(__customers, 0) AS __customers, coalesce(__revenue, 0) AS __revenue,
           sum(coalesce(__customers, 0)) OVER (PARTITION BY __end) AS __known
    FROM (SELECT __start, __end, unnest(__audience_lifecycle_stages()) AS __stage FROM __periods)
    LEFT JOIN __counts USING (__end, __stage)
)
SELECT
    __now.__end AS period_end,
    __now.__stage AS lifecycle_stage,
    __now.__customers AS customers,
    __now.__customers / nullif(__now.__known, 0) AS share,
    __now.__revenue AS revenue,
    __now.__customers - lag(__now.__customers) OVER (PARTITION BY __now.__stage ORDER BY __now.__end) AS change_from_previous,
    __now.__customers - __before.__customers AS change_from_year_before
FROM __grid AS __now
LEFT JOIN __grid AS __before
    ON __now.__stage = __before.__stage AND (__now.__end - INTERVAL 1 YEAR)::DATE BETWEEN __before.__start AND __before.__end
    AND __before.__end < __now.__start
ORDER BY period_end, lifecycle_stage;
