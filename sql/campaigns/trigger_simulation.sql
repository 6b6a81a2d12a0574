-- Replays trigger rules over the past, day by day as it would have been: how many messages, to whom, and what these
-- customers bought afterwards. No message was sent then, so conversion_rate is natural repurchase: what a campaign has
-- to beat, not its effect.
--
-- base_rate is what comparable customers do on any day: over all days between since and until on which a customer had
-- the rule's number of purchases, the share that a purchase followed within conversion_days. A rule that fires when
-- customers are about to return anyway has a high difference. One that fires after most have returned has a negative
-- one. For rules that name an audience or who was won back, only such customers and silences are compared.
--
-- usual_gaps, lifecycle_stage and won_back, see audience.triggers, are judged on each day as they would have been: by a
-- model fitted to what was known on the last day of the month before, or on the day before since. Days before since are
-- judged by the first of these models. Members are those that are given, on every day. Who is one because of later
-- purchases makes conversion_rate too high: take the members of the day before since.
--
-- Arguments:
-- - orders: as in audience.customers; filter it to completed orders
-- - customer_id: as in audience.customers
-- - order_date: as in audience.customers
-- - amount: as in audience.customers
-- - since: DATE; the first day of messages
-- - until: DATE, not before since and at most 3,650 days after it; the last day of messages, at most as_of; later
--   orders only count as conversions
-- - filter: as in audience.customers
-- - rules: as in audience.trigger_due
-- - cap: as in audience.trigger_due
-- - cap_days: as in audience.trigger_due
-- - members: as in audience.trigger_due
-- - as_of: DATE; the day up to which orders are known, later ones are ignored; default NULL = the day of the latest
--   order that is not after today
--
-- Returns:
-- - rule: the rule's name
-- - step: the number of the action, from 1
-- - firings: messages that would have been sent; in one silence a step fires once at most
-- - customers: customers with at least one
-- - conversions: messages that a purchase followed within the rule's conversion_days, where that window had ended
-- - conversion_rate: conversions / observed; NULL without any
-- - base_rate: base_conversions / base_days; NULL without any
-- - difference: conversion_rate less base_rate
-- - revenue: revenue within conversion_days after the messages, refunds included
-- - overlapping: messages within whose window another rule's message goes to the same customer
-- - capped: messages that the cap held back
-- - per_day_mean: messages per day from since to until, or to as_of if that is earlier
-- - per_day_max: messages on the busiest day
-- - observed: messages whose window had ended by as_of
-- - base_days: days of comparable customers, one per customer and day, whose window had ended by as_of
-- - base_conversions: those of them that a purchase followed within conversion_days
--
-- Errors:
-- - a rule that audience.trigger_check calls an error; the message names it
-- - since, until, cap or cap_days is missing or out of range; as_of is infinite; since is after as_of
-- - a rule names an audience and members is not given
-- - rules that a model judges make more than 200 million pairs of a customer and a month
--
-- Example:
-- SELECT rule, step, firings, conversions, conversion_rate, base_rate, difference
-- FROM audience.trigger_simulation('orders', customer_id, order_date, amount, '2025-01-01', '2025-06-30',
--                                  filter := status = 'completed');
--
-- Source: the replay is the project's own; the rules are the recency-frequency grid as published by ActionAssistant.
CREATE MACRO audience.trigger_simulation(
    orders,
    customer_id,
    order_date,
    amount,
    since,
    until,
    filter := true,
    rules := NULL,
    cap := 3,
    cap_days := 30,
    members := NULL,
    as_of := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_date('trigger_simulation', 'since', since) AS __since,
           audience.__given_day(audience.__checked(
               'trigger_simulation', 'until', until::VARCHAR,
               isfinite(audience.__given_day(until))
                   AND audience.__given_day(until) - audience.__given_day(since) BETWEEN 0 AND 3650,
               'a date 0 to 3650 days after since')) AS __until,
           __cap, __cap_days
    FROM audience.__cap_options('trigger_simulation', cap, cap_days)
), __rules AS MATERIALIZED (
    -- One row: all rules.
    FROM audience.__rule_table('trigger_simulation', rules, members)
), __members AS MATERIALIZED (
    -- One row per customer in an audience.
    FROM audience.__rule_members('trigger_simulation', members, '__rules')
), __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('trigger_simulation', orders, customer_id, order_date, amount, as_of, filter)
), __limits AS MATERIALIZED (
    -- One row: what the replay needs besides rules and orders.
    SELECT {
        'since': __since,
        'until': CASE WHEN __since > __known
                      THEN audience.__refused('trigger_simulation', concat(
                          'since must not be after ', CASE WHEN as_of IS NULL THEN 'the latest order, which is on '
                                                           ELSE 'as_of, ' END, __known, ', got ', __since))
                      ELSE least(__until, __known) END,
        'known_until': __known,
        'cap': __cap,
        'cap_days': __cap_days
    } AS __limits
    FROM __options, (SELECT __as_of AS __known FROM audience.__clock('trigger_simulation', '__logs', as_of))
), __models AS MATERIALIZED (
    -- One row: the models of rules that one judges.
    FROM audience.__trigger_models('trigger_simulation', '__logs', '__rules', '__limits')
), __results AS (
    -- One row per step.
    SELECT unnest(__audience_trigger_simulation('trigger_simulation', __log, __rules, __limits, __dates, __models,
                                                coalesce(__audiences, []))) AS __step
    FROM __logs LEFT JOIN __members ON __customer::VARCHAR = __member, __rules, __limits, __models
), __rates AS (
    -- One row per step, with the rates.
    SELECT __step, __limits.until - __limits.since + 1 AS __days,
           __step.conversions / nullif(__step.observed, 0) AS __rate,
           __step.base_conversions / nullif(__step.base_days, 0) AS __base
    FROM __results, __limits
)
SELECT
    __step.rule AS rule, __step.step AS step, __step.firings AS firings, __step.customers AS customers,
    __step.conversions AS conversions,
    __rate AS conversion_rate, __base AS base_rate, __rate - __base AS difference,
    __step.revenue AS revenue, __step.overlapping AS overlapping, __step.capped AS capped,
    __step.firings / greatest(__days, 1) AS per_day_mean,
    __step.per_day_max AS per_day_max,
    __step.observed AS observed, __step.base_days AS base_days, __step.base_conversions AS base_conversions
FROM __rates
ORDER BY rule ASC, step ASC;
