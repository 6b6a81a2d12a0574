-- The action for the contacts of each stage: the table behind the column action of audience.contact_stage. To act
-- differently, copy it, edit the copy and join it yourself.
--
-- VIPs have bought repeatedly, so two of the eight combinations do not occur.
--
-- Arguments:
-- - labels: as in audience.customers
--
-- Returns:
-- - contact_stage: the stage, as in audience.contact_stage
-- - is_vip: whether the action is for VIPs
-- - action: a short name
-- - advice: what the action means
--
-- Errors: none
--
-- Example:
-- SELECT contact_stage, is_vip, action, advice
-- FROM audience.contact_actions()
-- ORDER BY contact_stage, is_vip;
--
-- Source: the actions of Prisync's contact lifecycle (welcome, post-purchase, reactivation), with VIPs set apart.
CREATE MACRO audience.contact_actions(labels := 'enum') AS TABLE
WITH __enum AS NOT MATERIALIZED (
    -- One row per action.
    SELECT contact_stage::ENUM('Prospect', 'Active One-Time', 'Active Repeat', 'Lapsed') AS contact_stage,
           is_vip, action, advice
    FROM (VALUES
        ('Prospect', false, 'welcome', 'introduce the shop and give a reason for a first purchase'),
        ('Active One-Time', false, 'second order', 'ask how the purchase was and show what goes with it'),
        ('Active Repeat', false, 'keep engaged', 'news and recommendations; no discount is needed'),
        ('Active Repeat', true, 'thank', 'early access, service and thanks; no discount is needed'),
        ('Lapsed', false, 'win back', 'a reminder with an offer; stop writing if there is no reaction'),
        ('Lapsed', true, 'win back in person', 'a call or a personal message, and the best offer')
    ) __actions(contact_stage, is_vip, action, advice)
), __text AS NOT MATERIALIZED (
    -- One row per action, with labels that every database can store.
    SELECT * REPLACE (contact_stage::VARCHAR AS contact_stage) FROM __enum
)
FROM query_table(audience.__labels('contact_actions', labels));
