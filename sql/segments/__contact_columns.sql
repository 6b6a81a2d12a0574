-- One row per contact and customer: the columns of audience.contact_stage. `valued` has the customers with a purchase
-- and their value, `shop` the day, the model, the least value of a VIP and the lapse threshold.
CREATE MACRO audience.__contact_columns(
    caller,
    contacts,
    contact_id,
    as_of,
    events,
    event_contact_id,
    event_at,
    event_kind,
    kinds,
    valued,
    shop
) AS TABLE
WITH __everyone AS MATERIALIZED (
    -- One row per contact or customer.
    SELECT __customer, __history, __value
    FROM audience.__contacts(caller, contacts, contact_id, NULL, as_of)
    FULL JOIN query_table(valued) USING (__customer)
), __given AS MATERIALIZED (
    -- One row: whether there are events, and their latest day.
    FROM audience.__given_events(caller, events, event_contact_id, event_at, kinds)
), __scores AS (
    -- One row per contact or customer with an event.
    FROM audience.__engagement_scores(caller, events, event_contact_id, event_at, event_kind, kinds, '__everyone',
                                      shop, '__given')
), __staged AS (
    -- One row per contact or customer, with the stage.
    SELECT __customer, coalesce(__history.purchases, 0) AS __purchases,
           __audience_contact_stage(caller, __history, __model, __as_of, __lapse_days) AS __stage,
           __history IS NOT NULL
               AND __audience_importance_tier(caller, __history, __model, __value.customer_value, __vip_value) = 'VIP'
               AS __is_vip,
           CASE WHEN __has_events THEN coalesce(__score, 0) END AS __score
    FROM __everyone LEFT JOIN __scores USING (__customer), query_table(shop), __given
    WHERE __has_events IS NOT NULL
), __advised AS (
    -- One row per contact or customer, with the action.
    SELECT __staged.*, __audience_engagement(caller, __score) AS __engagement, __actions.action AS __action
    FROM __staged
    LEFT JOIN audience.contact_actions() __actions
        ON __actions.contact_stage = __stage.contact_stage AND __actions.is_vip = __is_vip
)
SELECT
    __customer AS contact_id,
    __stage.contact_stage,
    __purchases AS purchases,
    __stage.silence_days, __stage.usual_gap_days, __stage.lapse_after_days,
    __is_vip AS is_vip,
    __engagement AS engagement, __score AS engagement_score,
    __action AS action,
    __audience_explain_contact(caller, __stage, __purchases, __engagement, __score) AS reason
FROM __advised;
