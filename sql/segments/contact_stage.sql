-- Where every contact stands, from subscriber to lapsed customer: Prospect, Active One-Time, Active Repeat or Lapsed,
-- with engagement and the action to take. One row for every contact and every customer, in no order.
--
-- Lapsed means silent for more than lapse_after_days, the larger of two numbers: the shop's threshold_days of
-- audience.lapse_threshold, and 1.1 times the customer's own usual gap. So nobody is Active in audience.customers and
-- Lapsed here. With fewer than 30 repeat buyers the shop has no threshold, and only the usual gap decides.
--
-- engagement_score is the sum over the contact's events of weight * 2^(-age / 30), age in days: an event counts half
-- after 30 days. Weights: open 1, visit 2, click 4, favourite (or favorite) 8; sent, delivered, bounce and unsubscribe
-- 0. Hot from 2 on (one click within 30 days), Warm from 0.5 on (one click within 90, one open within 30), else Cold.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file; several rows of a contact
--   count as one
-- - contact_id: expression over its columns that holds the same keys as customer_id; rows where it is NULL are ignored
-- - orders, customer_id, order_date, amount, filter: as in audience.customers
-- - as_of: as in audience.customers; without any order the latest day of an event
-- - lapse_days: INTEGER, 1 to 36525; the shop's threshold; default NULL = from these orders
-- - events: the quoted name of a relation of marketing events; default: none
-- - event_contact_id: expression over the events, the contact; rows where it is NULL are ignored, as are events of
--   people who are neither contacts nor customers
-- - event_at: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone); rows where it is NULL, infinite or
--   after as_of are ignored
-- - event_kind: open, visit, click, favourite, favorite, sent, delivered, bounce or unsubscribe, in upper or lower
--   case, or a name that kinds maps to one of them
-- - kinds: MAP from your names of events to those of event_kind, in upper or lower case, such as MAP {'retweet':
--   'favourite', 'machine open': 'sent'}; default none
-- - labels: as in audience.customers
--
-- Returns:
-- - contact_id: the contact or customer, of the type of contact_id and customer_id
-- - contact_stage: the stage, in this order
-- - purchases: days with at least one order
-- - silence_days: days from the latest purchase to as_of; NULL without one
-- - usual_gap_days: days between purchases that are usual for this customer, as in audience.customers; NULL without one
-- - lapse_after_days: the silence above which this customer has lapsed; NULL without a purchase
-- - is_vip: whether the importance tier is VIP, as in audience.importance_tier
-- - engagement: how much the contact reacts, in this order; NULL when no events are given, Cold without any
-- - engagement_score: the score behind the engagement
-- - action: what to do, from audience.contact_actions
-- - reason: why the contact has this stage, in one sentence
--
-- Errors:
-- - lapse_days is out of range; as_of is infinite
-- - events is given without event_contact_id or event_at, or kinds without events; event_kind is NULL or unknown, or
--   kinds maps to an unknown one (the message names it); kinds is no MAP
-- - contact_id, customer_id and event_contact_id are of types that do not compare: DuckDB's own message
-- - and as in audience.customers
--
-- Example:
-- SELECT contact_stage, is_vip, action, count(*) AS contacts, round(avg(silence_days), 1) AS silence_days,
--        round(avg(lapse_after_days), 1) AS lapse_after_days
-- FROM audience.contact_stage('contacts', contact_id, 'orders', customer_id, order_date, amount,
--                             filter := status <> 'cancelled')
-- GROUP BY contact_stage, is_vip, action
-- ORDER BY contact_stage, is_vip;
--
-- Source: the contact lifecycle of Prisync; the threshold from Kaplan & Meier (1958), see audience.lapse_threshold.
CREATE MACRO audience.contact_stage(
    contacts,
    contact_id,
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    lapse_days := NULL,
    events := NULL,
    event_contact_id := NULL,
    event_at := NULL,
    event_kind := NULL,
    kinds := NULL,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('contact_stage', orders, customer_id, order_date, amount, as_of, filter)
), __fit AS MATERIALIZED (
    -- One row: the day of the orders and the model.
    FROM audience.__fit('contact_stage', '__histories', as_of, NULL)
), __lapse AS MATERIALIZED (
    -- One row: the shop's threshold.
    FROM audience.__shop_lapse('contact_stage', '__histories', '__fit', lapse_days)
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('contact_stage', '__histories', '__fit')
), __importance AS MATERIALIZED (
    -- One row: the least value of a VIP.
    FROM audience.__importance('contact_stage', '__valued')
), __common AS MATERIALIZED (
    -- One row: what is the same for everybody.
    SELECT __as_of, __model, __importance.vip_value AS __vip_value, __lapse_days FROM __fit, __importance, __lapse
), __enum AS NOT MATERIALIZED (
    -- One row per contact or customer.
    FROM audience.__contact_columns('contact_stage', contacts, contact_id, as_of, events, event_contact_id, event_at,
                                    event_kind, kinds, '__valued', '__common')
), __text AS NOT MATERIALIZED (
    -- One row per contact or customer, with labels that every database can store.
    SELECT * REPLACE (contact_stage::VARCHAR AS contact_stage, engagement::VARCHAR AS engagement) FROM __enum
)
FROM query_table(audience.__labels('contact_stage', labels));
