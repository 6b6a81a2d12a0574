-- Every action of every rule of a checked rules table, with what the rule advises. Unsubscribing is a last step that sends
-- no message.
CREATE MACRO audience.__rules(rules) AS TABLE
WITH __table AS MATERIALIZED (
    SELECT name AS __name, min_purchases AS __min, max_purchases AS __max, silence_days AS __silence, action_days AS __actions,
           channels AS __channels, message AS __message, conversion_days AS __conversion, repeat_policy AS __policy, unsubscribe_after AS __unsubscribe_after
    FROM query_table(rules)
), __checked AS (
    SELECT unnest(__audience_trigger_rules(list({
        'name': __name::VARCHAR, 'min_purchases': __min::INTEGER, 'max_purchases': __max::INTEGER, 'silence_days': __silence::INTEGER,
        'action_days': __actions::INTEGER[], 'conversion_days': __conversion::INTEGER, 'repeat_policy': __policy::VARCHAR} ORDER BY __silence, __name))) AS __step
    FROM __table
), __messages AS (
    SELECT __step, __channels[least(__step.step, len(__channels))] AS __channel, __message, __silence, __unsubscribe_after, __actions
    FROM __checked JOIN __table ON __step.rule = trim(__name)
)
SELECT __step.rule AS __rule, __step.step AS __number, __step.min_purchases AS __min, __step.max_purchases AS __max,
       __step.due_after_days AS __due_after, __step.conversion_days AS __conversion, __step.repeat_times AS __times,
       __step.repeat_days AS __within, __channel, __message, true AS __is_message
FROM __messages
UNION ALL
SELECT __step.rule, __step.step + 1, __step.min_purchases, __step.max_purchases, __silence + __unsubscribe_after, __step.conversion_days,
       __step.repeat_times, __step.repeat_days, 'unsubscribe', 'No reaction to ' || __step.rule, false
FROM __messages
WHERE __unsubscribe_after IS NOT NULL AND __step.step = len(__actions);
