-- The day's mailing list: which customer is due which action of which rule, and why.
--
-- An action is due on the day when the silence since the last purchase reaches the rule's days plus the action's, and
-- the customer's number of purchases is in the rule's range. A customer who orders begins a new silence and is no
-- longer due. Keep a log of what was sent and pass it: then nothing is sent twice in one silence, the repeat policy
-- holds (counted per action), and nobody gets more than cap messages within cap_days; what is due first goes first.
--
-- Rules with the columns usual_gaps, lifecycle_stage, won_back and audience wait for more, see audience.triggers. The
-- first three are judged by the shop's model. As it learns, the day on which they hold may move a little from one day
-- to the next, so allow some catch_up_days.
--
-- Arguments:
-- - orders: as in audience.customers; filter it to completed orders
-- - customer_id: as in audience.customers
-- - order_date: as in audience.customers
-- - as_of: the day of the mailing; as in audience.customers
-- - filter: as in audience.customers
-- - rules: the quoted name of a relation with the columns of audience.triggers; default the rules of audience.triggers
-- - log: the quoted name of a relation with the columns customer_id, rule, step and sent_at (DATE or TIMESTAMP) of what
--   was sent or held out so far; rows after as_of are ignored; default nothing
-- - catch_up_days: INTEGER, 0 to 365; how many days late an action may be, for days on which nobody mailed; default 0
-- - cap: INTEGER, at least 1; the most messages to a customer within cap_days; default 3
-- - cap_days: INTEGER, 1 to 3650; the days that cap counts; default 30
-- - members: the quoted name of a relation with the columns audience and customer_id, such as the saved result of
--   audience.members, for rules that name an audience; default nothing
-- - model: as in audience.customers; for rules that a model judges; default NULL = fitted to the orders up to as_of
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rule: the rule's name
-- - step: the number of the action, from 1
-- - due_date: the day on which it became due
-- - channel: 'email', 'sms', 'task' or what the rules say; 'unsubscribe' where the rule gives up, which is not a
--   message
-- - message: what the rule says
-- - silence_days: days from the latest purchase to as_of
-- - reason: why, in one sentence
--
-- Errors:
-- - a rule that audience.trigger_check calls an error; the message names it
-- - catch_up_days, cap or cap_days is out of range
-- - a rule names an audience and members is not given
--
-- Example:
-- SELECT * FROM audience.trigger_due('orders', customer_id, order_date, filter := status = 'completed') LIMIT 5;
--
-- Source: the recency-frequency trigger rules as published by ActionAssistant.
CREATE MACRO audience.trigger_due(
    orders,
    customer_id,
    order_date,
    as_of := NULL,
    filter := true,
    rules := NULL,
    log := NULL,
    catch_up_days := 0,
    cap := 3,
    cap_days := 30,
    members := NULL,
    model := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_number('trigger_due', 'catch_up_days', catch_up_days, 0, 365) AS __late, __cap, __cap_days
    FROM audience.__cap_options('trigger_due', cap, cap_days)
), __rules AS MATERIALIZED (
    -- One row: all rules.
    FROM audience.__rule_table('trigger_due', rules, members)
), __steps AS MATERIALIZED (
    -- One row per step of a rule.
    FROM audience.__rule_steps('trigger_due', '__rules')
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__trigger_histories('trigger_due', orders, customer_id, order_date, as_of, filter, '__rules')
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('trigger_due', '__histories', as_of)
), __sent AS MATERIALIZED (
    -- One row per message that a customer got.
    FROM audience.__steps_sent(log, '__steps', '__clock')
), __members AS MATERIALIZED (
    -- One row per customer in an audience.
    FROM audience.__rule_members('trigger_due', members, '__rules')
), __met AS MATERIALIZED (
    -- One row per customer and rule that a model judges.
    FROM audience.__rules_met('trigger_due', '__histories', '__rules', as_of, model)
), __reached AS (
    -- One row per customer and step that is due in this silence.
    FROM audience.__steps_reached('__histories', '__steps', '__met', '__members', '__clock', '__options')
), __wanted AS (
    -- One row per customer and step that is due, with what was sent before.
    SELECT __reached.*,
           count(*) FILTER (WHERE __sent_rule = __rule AND __sent_step = __number
                              AND __sent_day >= __silence_begins) AS __now,
           count(*) FILTER (WHERE __sent_rule = __rule AND __sent_step = __number AND __sent_day < __silence_begins
                              AND (__within IS NULL OR __sent_day > __as_of - __within)) AS __earlier,
           count(*) FILTER (WHERE __sent_day > __as_of - __cap_days) AS __recent
    FROM __reached LEFT JOIN __sent ON __id = __customer::VARCHAR
    GROUP BY ALL
), __allowed AS (
    -- One row per customer and step that was not sent yet, with its place among the messages of the customer.
    SELECT *, __recent + row_number() OVER (PARTITION BY __customer, __is_message
                                            ORDER BY __due ASC, __fires_after ASC, __rule ASC, __number ASC) AS __place
    FROM __wanted
    WHERE __now = 0 AND __earlier < __times
)
SELECT
    __customer AS customer_id,
    __rule AS rule,
    __number AS step,
    __due AS due_date,
    __channel AS channel,
    __message AS message,
    __silence::INTEGER AS silence_days,
    concat('Silent ', audience.__counted(__silence, 'day', 'days'), ' after ',
           audience.__counted(__purchases, 'purchase', 'purchases'), ': ', __rule, ', step ', __number, ', is due at ',
           audience.__counted(__after, 'day', 'days'), ' (' || __conditions || ')', '.') AS reason
FROM __allowed
WHERE NOT __is_message OR __place <= __cap
ORDER BY __customer ASC, __due ASC, __rule ASC, __number ASC;
