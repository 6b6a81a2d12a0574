-- Seven trigger rules to copy and edit: which customers get which messages after how many days of silence.
--
-- A table of rules may have four more columns, each a condition beside the days. A rule fires on the first day of a
-- silence on which all of its conditions hold, and its actions follow from there. NULL is no condition.
-- - usual_gaps: DOUBLE, 0.1 to 1000; silent for at least so many of the customer's own usual gaps, which are those of
--   audience.lifecycle_stage
-- - lifecycle_stage: the customer is in this stage, which is that of audience.lifecycle_stage. With silence_days 0 the
--   rule fires on the day on which the customer enters it
-- - won_back: BOOLEAN; true is only for the silence after a purchase before which the customer was Slipping Away or
--   Lost
-- - audience: only for members of this audience, see members of audience.trigger_due
--
-- Arguments: none
--
-- Returns:
-- - name: the rule
-- - min_purchases: the fewest purchases of the customers it is for
-- - max_purchases: the most; NULL means no limit
-- - silence_days: the days since the last purchase after which it fires; the fewest where there are more conditions
-- - action_days: days after firing on which there is an action; the first is step 1. A table of rules has at most 1,000
--   actions in all
-- - channels: how the steps reach the customer: 'email', 'sms' or 'task' (for a person in the shop); the last one
--   serves for the steps after it
-- - message: what to say
-- - discount_allowed: whether a discount is advisable
-- - conversion_days: the days from an action on in which a purchase counts as its conversion
-- - repeat_policy: 'once', 'every time' (in every silence) or 'at most N per D days'
-- - unsubscribe_after: days after firing at which to unsubscribe a customer without a purchase; NULL means never
--
-- Errors: none
--
-- Example:
-- SELECT name, min_purchases, max_purchases, silence_days, action_days, conversion_days, repeat_policy
-- FROM audience.triggers();
--
-- Source: the recency-frequency grid and its windows as published by ActionAssistant.
CREATE MACRO audience.triggers() AS TABLE
SELECT * FROM (VALUES
    ('New', 1, 1, 10, [0, 6], ['email'], 'Welcome, and what goes well with your first purchase', false, 7, 'once',
     NULL::INTEGER),
    ('Promising', 1, 2, 25, [0, 10], ['email'], 'What other customers bought next', false, 7, 'every time', NULL),
    ('Wandering', 1, 2, 51, [0, 12], ['email', 'sms'], 'We have news for you', true, 12, 'every time', NULL),
    ('Dormant', 1, 2, 75, [0, 15], ['email', 'sms'], 'We miss you', true, 10, 'at most 2 per 365 days', 30),
    ('Loyal', 3, NULL, 20, [0, 14], ['email'], 'New arrivals for our regulars', false, 7, 'every time', NULL),
    ('At Risk', 3, NULL, 56, [0, 10], ['email', 'sms'], 'Is everything all right?', true, 2, 'every time', NULL),
    ('Lost', 3, NULL, 113, [0, 30], ['sms', 'task'], 'Please come back', true, 14, 'at most 2 per 365 days', NULL)
) AS __rules(name, min_purchases, max_purchases, silence_days, action_days, channels, message, discount_allowed,
              conversion_days, repeat_policy, unsubscribe_after);
