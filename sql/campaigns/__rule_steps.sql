-- One row per step of a rule, which is one of its actions, with what the rule advises. `rule_table` is what
-- __rule_table gives. The rules are checked. Unsubscribing is a last step that sends no message.
CREATE MACRO audience.__rule_steps(caller, rule_table) AS TABLE
WITH __steps AS (
    -- One row per step.
    SELECT unnest(__audience_trigger_rules(caller, __rules)) AS __step FROM query_table(rule_table)
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
    __step.is_message AS __is_message,
    __step.is_judged AS __is_judged,
    __step.usual_gaps AS __usual_gaps,
    __step.lifecycle_stage AS __stage,
    __step.won_back AS __won_back,
    __step.audience AS __audience
FROM __steps;
