-- One row per customer known at until: the stage at two dates, each judged by what was known then.
CREATE MACRO audience.__stage_changes(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    since,
    until,
    filter,
    just_ordered_days,
    lost_after_gaps,
    since_model,
    until_model
) AS TABLE
WITH __dates AS MATERIALIZED (
    -- One row: the checked days.
    SELECT audience.__checked_date(caller, 'since', since) AS __since,
           audience.__checked(caller, 'until', audience.__given_day(until),
                              isfinite(audience.__given_day(until))
                                  AND audience.__given_day(since) <= audience.__given_day(until),
                              'a finite date, not before since') AS __until
), __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter)
), __summaries AS (
    -- One row per customer with a row up to until.
    SELECT __customer,
           __audience_purchase_history(caller, __day, __amount)
               FILTER (WHERE __day <= audience.__given_day(since)) AS __early,
           __audience_dated_history(caller, __day, __amount, __amount) AS __late
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= audience.__given_day(until)
    GROUP BY __customer
), __histories AS MATERIALIZED (
    -- One row per customer with a purchase up to until.
    SELECT __customer, __early.history AS __before, __late.history AS __after, __late.gaps AS __gaps
    FROM __summaries
    WHERE __late.history IS NOT NULL
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options(caller, '__histories', just_ordered_days, lost_after_gaps)
), __models AS MATERIALIZED (
    -- One row: the models of both days.
    FROM audience.__stage_models(caller, '__histories', '__dates', since_model, until_model)
)
SELECT __customer, __audience_stage(caller, __before, __model_before, __since, __stage_options) AS __from,
       __audience_lifecycle(
           caller, __after, __model_after, __until, __stage_options, __horizon_days, NULL,
           __audience_prediction(caller, __after, __gaps, __shop_after, __until, __horizon_days)
       ) AS __lifecycle,
       __after, __after.purchases - coalesce(__before.purchases, 0) AS __purchases, __horizon_days
FROM __histories, __dates, __models, __options;
