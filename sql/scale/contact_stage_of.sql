-- The rows of audience.contact_stage, from stored histories and the shop that was made of them: the last step where
-- orders are read in parts; see scale.md. All columns are equal bit for bit to those of audience.contact_stage over all
-- orders. In no order.
--
-- The histories may be those of all customers, or a part of them. Give a part its own contacts, split as the orders
-- are: a contact whose history is in another part would be a Prospect here. The events may be those of everybody.
--
-- Arguments:
-- - contacts, contact_id: as in audience.contact_stage; the contacts of this part
-- - histories: the quoted name of a relation with the columns of audience.histories, of all customers or a part of them
-- - shop: STRUCT from audience.shop over the histories of all customers, such as (SELECT shop FROM saved); it has the
--   day, the model, the least value of a VIP and the lapse threshold
-- - lapse_days: as in audience.contact_stage; default NULL = the threshold of the shop
-- - events, event_contact_id, event_at, event_kind, kinds, labels: as in audience.contact_stage
--
-- Returns:
-- - contact_id: as in audience.contact_stage
-- - contact_stage: as in audience.contact_stage
-- - purchases: as in audience.contact_stage
-- - silence_days: as in audience.contact_stage
-- - usual_gap_days: as in audience.contact_stage
-- - lapse_after_days: as in audience.contact_stage
-- - is_vip: as in audience.contact_stage
-- - engagement: as in audience.contact_stage
-- - engagement_score: as in audience.contact_stage
-- - action: as in audience.contact_stage
-- - reason: as in audience.contact_stage
--
-- Errors:
-- - shop is NULL, of another version, out of range, or was made before it had a lapse threshold
-- - histories has more customers than the shop, a customer more than once, or a row after its as_of
-- - a history was put together by hand and is impossible, or has no gaps
-- - and as in audience.contact_stage
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE stored AS FROM audience.histories('orders', customer_id, order_date, amount);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.shop('stored');
-- SELECT contact_stage, is_vip, count(*) AS contacts
-- FROM audience.contact_stage_of('contacts', contact_id, 'stored', shop := (SELECT shop FROM saved))
-- GROUP BY contact_stage, is_vip
-- ORDER BY contact_stage, is_vip;
--
-- Source: as in audience.contact_stage.
CREATE MACRO audience.contact_stage_of(
    contacts,
    contact_id,
    histories,
    shop := NULL,
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
    FROM audience.__given_histories('contact_stage_of', histories)
), __opened AS MATERIALIZED (
    -- One row: the shop.
    FROM audience.__opened_shop('contact_stage_of', '__histories', shop)
), __fit AS MATERIALIZED (
    -- One row: the shop, if these can be its customers.
    FROM __opened, audience.__extent('contact_stage_of', '__histories', '__opened')
), __common AS MATERIALIZED (
    -- One row: what is the same for everybody.
    SELECT __as_of, __model, __vip_value,
           CASE WHEN __given_days IS NULL AND __lapse IS NULL AND __customers > 0
                THEN audience.__refused('contact_stage_of', 'shop must be made anew with audience.shop: it was made '
                                                            'before it had a lapse threshold')
                ELSE coalesce(__given_days, __lapse.threshold_days) END AS __lapse_days
    FROM __fit, audience.__given_lapse('contact_stage_of', lapse_days)
    WHERE __is_whole IS NOT NULL
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('contact_stage_of', '__histories', '__fit', (SELECT __horizon_days FROM __fit),
                           (SELECT __value_days FROM __fit), (SELECT __discount_rate FROM __fit))
), __enum AS NOT MATERIALIZED (
    -- One row per contact or customer.
    FROM audience.__contact_columns('contact_stage_of', contacts, contact_id, NULL, events, event_contact_id, event_at,
                                    event_kind, kinds, '__valued', '__common')
), __text AS NOT MATERIALIZED (
    -- One row per contact or customer, with labels that every database can store.
    SELECT * REPLACE (contact_stage::VARCHAR AS contact_stage, engagement::VARCHAR AS engagement) FROM __enum
)
FROM query_table(audience.__labels('contact_stage_of', labels));
