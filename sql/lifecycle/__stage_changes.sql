-- Every customer known at until with their stage at two dates, each judged by what was known then.
CREATE MACRO audience.__stage_changes(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    since,
    until,
    filter,
    just_ordered_days
) AS TABLE
WITH __options AS MATERIALIZED (
    FROM audience.__lifecycle_options(caller, just_ordered_days, 180)
), __dates AS MATERIALIZED (
    SELECT CASE WHEN isfinite(since::DATE) THEN since::DATE
                ELSE error(concat('audience: ', caller, ': since must be a finite date, got ', coalesce(since::VARCHAR, 'NULL'))) END AS __since,
           CASE WHEN isfinite(until::DATE) AND since::DATE <= until::DATE THEN until::DATE
                ELSE error(concat('audience: ', caller, ': until must be a finite date, not before since, got ', coalesce(until::VARCHAR, 'NULL'))) END AS __until
), __rows AS (
    SELECT customer_id AS __customer, order_date::DATE AS __day, amount AS __amount
    FROM query_table(orders)
    WHERE filter
), __summaries AS (
    SELECT __customer,
           __audience_purchase_history(caller, __day, __amount) FILTER (WHERE __day <= since::DATE) AS __early,
           __audience_purchase_history(caller, __day, __amount) AS __late
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= until::DATE
    GROUP BY __customer
), __histories AS MATERIALIZED (
    SELECT __customer, __early.history AS __before, __late.history AS __after
    FROM __summaries
    WHERE __late.history IS NOT NULL
), __models AS MATERIALIZED (
    SELECT __audience_purchase_model_fit(caller, __before, __since).model AS __model_before,
           __audience_purchase_model_fit(caller, __after, __until).model AS __model_after
    FROM __histories, __dates
)
SELECT __customer,
       __audience_stage(caller, __before, __model_before, __since, __just_ordered_days) AS __from,
       __audience_lifecycle(caller, __after, __model_after, __until, __just_ordered_days, __horizon_days, NULL) AS __lifecycle,
       __after, __after.purchases - coalesce(__before.purchases, 0) AS __purchases, __just_ordered_days, __horizon_days
FROM __histories, __dates, __models, __options;
