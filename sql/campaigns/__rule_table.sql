-- One row: a table of trigger rules as it came, which the checks and the replay take.
CREATE MACRO audience.__rule_table(caller, rules) AS TABLE
WITH __usual AS (
    -- One row per rule of ours.
    FROM audience.triggers()
), __table AS (
    -- One row per rule.
    SELECT name AS __name, min_purchases AS __min, max_purchases AS __max, silence_days AS __silence,
           action_days AS __actions, channels AS __channels, message AS __message, discount_allowed AS __discount,
           conversion_days AS __conversion, repeat_policy AS __policy, unsubscribe_after AS __unsubscribe
    FROM query_table(coalesce(rules, '__usual'))
)
SELECT __audience_rule_table(caller, {
    'name': __name::VARCHAR,
    'min_purchases': __min::INTEGER,
    'max_purchases': __max::INTEGER,
    'silence_days': __silence::INTEGER,
    'action_days': __actions::INTEGER[],
    'channels': __channels::VARCHAR[],
    'message': __message::VARCHAR,
    'discount_allowed': __discount::BOOLEAN,
    'conversion_days': __conversion::INTEGER,
    'repeat_policy': __policy::VARCHAR,
    'unsubscribe_after': __unsubscribe::INTEGER
}) AS __rules
FROM __table;
