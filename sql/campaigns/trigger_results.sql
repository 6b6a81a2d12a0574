-- The results of the messages that were sent: conversions and revenue per rule and step, and the uplift over the
-- customers who were held out.
--
-- A message converts when a purchase follows on its day or within the rule's conversion_days after it, both ends
-- included. Rates and uplift count only messages whose window has ended by as_of. Hold out a random share of the
-- customers with holdout_group and log them with held_out = true: without them conversion_rate does not measure the
-- messages' effect.
--
-- Arguments:
-- - orders: as in audience.customers; filter it to completed orders
-- - customer_id: as in audience.customers
-- - order_date: as in audience.customers
-- - amount: as in audience.customers
-- - log: the quoted name of a relation with the columns customer_id, rule, step, sent_at (DATE or TIMESTAMP) and
--   held_out (BOOLEAN; NULL means sent); repeated rows count once; rows with a NULL customer, rule, step or time are
--   ignored, and so are those of a step that unsubscribes, because it is no message, and those after an as_of that is
--   given
-- - rules: as in audience.trigger_due
-- - filter: as in audience.customers
-- - as_of: as in audience.trigger_simulation
--
-- Returns:
-- - rule: the rule's name
-- - step: the number of the action, from 1
-- - sent: messages sent
-- - conversions: those of them that a purchase followed within the rule's conversion_days, where that window had ended
-- - conversion_rate: conversions per message whose window had ended; NULL without any
-- - revenue: revenue within conversion_days from the messages on, refunds included
-- - holdout: messages held back instead, of customers held out
-- - holdout_rate: conversions per message held back, where the window had ended; NULL without any
-- - uplift: conversion_rate less holdout_rate
-- - lower: the lower end of its 95 % interval, which counts that messages to the same customer tend to end alike
-- - upper: the upper end
-- - observed: messages sent whose window had ended, of which conversion_rate is the share
-- - holdout_observed: messages held back whose window had ended
-- - holdout_conversions: those of them that a purchase followed
--
-- Errors:
-- - the log names a rule or a step that is not in rules, or a rule that audience.trigger_check calls an error; the
--   message names it
--
-- Example:
-- CREATE TEMP TABLE mail_log AS
-- SELECT customer_id, rule, step, DATE '2025-06-30' AS sent_at, holdout_group(customer_id, rule, 0.2) AS held_out
-- FROM audience.trigger_due('orders', customer_id, order_date, as_of := DATE '2025-06-30', catch_up_days := 6);
-- SELECT rule, step, sent, conversions, conversion_rate, holdout, holdout_rate, uplift
-- FROM audience.trigger_results('orders', customer_id, order_date, amount, 'mail_log');
--
-- Source: Newcombe (1998), Statistics in Medicine 17:873, method 10, for the interval, with the effective number of
-- messages of Rao & Scott (1992), Biometrics 48:577. Its coverage by simulation is in holdouts.md.
CREATE MACRO audience.trigger_results(
    orders,
    customer_id,
    order_date,
    amount,
    log,
    rules := NULL,
    filter := true,
    as_of := NULL
) AS TABLE
WITH __steps AS MATERIALIZED (
    -- One row per step of a rule.
    FROM audience.__rules('trigger_results', rules)
), __logged AS MATERIALIZED (
    -- One row per message, sent or held back.
    SELECT DISTINCT __log.customer_id::VARCHAR AS __id, __log.rule AS __name, __log.step AS __step,
                    audience.__day(__log.sent_at) AS __day, coalesce(__log.held_out, false) AS __held_out
    FROM query_table(log) AS __log
    WHERE __log.customer_id IS NOT NULL AND __log.rule IS NOT NULL AND __log.step IS NOT NULL
      AND isfinite(audience.__day(__log.sent_at))
      AND coalesce(audience.__day(__log.sent_at) <= audience.__given_day(as_of), true)
), __known AS MATERIALIZED (
    -- One row: true if the rules have every step of the log.
    SELECT CASE WHEN count(*) > 0
                THEN audience.__refused('trigger_results', concat('log names step ', min(__step), ' of the rule ',
                                                                  min(__name), ', which is not in rules'))
                ELSE true END AS __valid
    FROM (
        SELECT __name, __step
        FROM __logged ANTI JOIN __steps ON __name = __rule AND __step = __number
        ORDER BY ALL ASC
        LIMIT 1
    )
), __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('trigger_results', orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('trigger_results', '__logs', as_of)
), __outcomes AS MATERIALIZED (
    -- One row per message, with what followed.
    FROM audience.__message_outcomes('trigger_results', '__logged', '__steps', '__known', '__logs', '__clock')
), __counts AS (
    -- One row per step.
    SELECT __name, __step,
           count(*) FILTER (WHERE NOT __held_out) AS __sent,
           count(*) FILTER (WHERE __held_out) AS __holdout,
           coalesce(__audience_exact_sum('trigger_results', __revenue) FILTER (WHERE NOT __held_out), 0) AS __revenue
    FROM __outcomes
    GROUP BY __name, __step
), __compared AS (
    -- One row per step, with the rates.
    SELECT *, coalesce(__sent_group.conversions, 0) AS __conversions,
           __sent_group.conversions / __sent_group.messages AS __rate,
           __held_out_group.conversions / __held_out_group.messages AS __holdout_rate,
           coalesce(__sent_group.messages, 0) AS __observed,
           coalesce(__held_out_group.messages, 0) AS __holdout_observed,
           coalesce(__held_out_group.conversions, 0) AS __holdout_conversions,
           __audience_newcombe('trigger_results', __sent_group, __held_out_group) AS __interval
    FROM __counts LEFT JOIN audience.__message_groups('__outcomes') USING (__name, __step)
)
SELECT __name AS rule, __step AS step, __sent AS sent, __conversions AS conversions, __rate AS conversion_rate,
       __revenue AS revenue, __holdout AS holdout, __holdout_rate AS holdout_rate, __rate - __holdout_rate AS uplift,
       __interval.lower AS lower, __interval.upper AS upper, __observed AS observed,
       __holdout_observed AS holdout_observed, __holdout_conversions AS holdout_conversions
FROM __compared
ORDER BY rule ASC, step ASC;
