-- One row per customer and span who bought in it after having been Slipping Away or Lost on the day before that
-- purchase, for the first such purchase. `logs` is that of __logs. `spans` has the days, __since and __until, the part
-- of the models of both days that stages are judged by, and the options. The day before a purchase is judged by the
-- model of __since, so nothing that came later decides.
CREATE MACRO audience.__won_back(caller, logs, spans) AS TABLE
WITH __known AS (
    -- One row per customer and span, with the days of all purchases up to its end.
    SELECT __customer, __log, __since, __until, __early_model, __late_model, __stage_options,
           [__day.day FOR __day IN __log IF __day.is_purchase AND __day.day <= __until] AS __bought
    FROM query_table(logs), query_table(spans)
    WHERE __first <= __until AND __latest > __since
), __bounded AS (
    -- One row per customer and span, with the number of purchases up to its beginning, and at least the first.
    SELECT *, greatest(1, len([__day FOR __day IN __bought IF __day <= __since])) AS __early FROM __known
), __returns AS (
    -- One row per purchase of the span: its day, and the history before it.
    SELECT __customer, __log, __until, __early_model, __late_model, __stage_options,
           audience.__history_after(__bought, len(__bought)) AS __history,
           unnest([{'day': __bought[__count + 1], 'history': audience.__history_after(__bought, __count)}
                   FOR __count IN range(__early, len(__bought))]) AS __return
    FROM __bounded
), __judged AS (
    -- One row per purchase of the span: the stage on the day before it.
    SELECT *, __audience_stage(caller, __return.history, __early_model, __return.day - 1, __stage_options)
                  AS __stage_before
    FROM __returns
), __first_returns AS (
    -- One row per customer and span.
    SELECT __customer, __until, any_value(__log) AS __log, any_value(__late_model) AS __late_model,
           any_value(__stage_options) AS __stage_options, any_value(__history) AS __history,
           min({'day': __return.day, 'stage': __stage_before, 'history': __return.history}) AS __first_return
    FROM __judged
    WHERE __stage_before >= 'Slipping Away'::audience.lifecycle_stage
    GROUP BY __customer, __until
)
SELECT __customer, __until, __first_return.day AS __day, __first_return.stage AS __stage_before,
       audience.__days_since(__first_return.history.last_order_date, __first_return.day) AS __gap,
       __history.purchases - __first_return.history.purchases AS __purchases,
       list_sum([__day.revenue FOR __day IN __log IF __day.day BETWEEN __first_return.day AND __until]) AS __revenue,
       __audience_stage(caller, __history, __late_model, __until, __stage_options) AS __stage
FROM __first_returns;
