-- One row per step of a rule, which is one of its actions, with what the rule advises. The rules are checked.
-- Unsubscribing is a last step that sends no message.
CREATE MACRO audience.__rules(caller, rules) AS TABLE
WITH __steps AS (
    -- One row per step.
    SELECT unnest(__audience_trigger_rules(caller, __rules)) AS __step FROM audience.__rule_table(caller, rules)
)
SELECT
    __step.rule AS __rule,
    __step.step AS __number,
    __step.min_purchases AS __min,
    __step.max_purchases AS __max,
    __step.silence_days AS __fires_after,
    __step.due_after_days AS __due_after,
    __step.conversion_days AS __conversion,
    __step.repeat_times AS __times,
    __step.repeat_days AS __within,
    __step.channel AS __channel,
    __step.message AS __message,
    __step.is_message AS __is_message
FROM __steps;
