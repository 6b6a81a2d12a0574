-- RF segments, by the number of purchases and the days since the last: every customer with a purchase is in exactly
-- one. They are the segments of the trigger rules without overlaps. In no order.
--
-- With the default days, and s the days since the last purchase:
--
-- - 1 purchase: New for s < 25, Promising for s < 51, Wandering for s < 75, then Dormant
-- - 2 purchases: Promising for s < 51, Wandering for s < 75, then Dormant
-- - 3 or more: Loyal for s < 56, At Risk for s < 113, then Lost
--
-- These are fixed days, the same for a weekly and a yearly buyer; audience.lifecycle_stage judges each customer by
-- their own rhythm.
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - promising_days: INTEGER, 1 to 36525; one purchase is New for less; default 25
-- - wandering_days: INTEGER, above promising_days; one or two purchases are Promising for less; default 51
-- - dormant_days: INTEGER, above wandering_days; one or two purchases are Wandering for less; default 75
-- - at_risk_days: INTEGER, 1 to 36525; three or more purchases are Loyal for less; default 56
-- - lost_days: INTEGER, above at_risk_days; three or more purchases are At Risk for less; default 113
-- - amount: any number; with it, days with refunds only are no purchases, as in audience.customers; default NULL =
--   every row is a purchase
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rf_segment: the segment, in this order
-- - purchases: days with at least one order
-- - silence_days: days from the latest purchase to as_of
--
-- Errors:
-- - a number of days is out of range, or not above the one before it
-- - as_of is infinite
--
-- Example:
-- SELECT rf_segment, count(*) AS customers, min(silence_days) AS from_days, max(silence_days) AS to_days
-- FROM audience.rf_segment('orders', customer_id, order_date, filter := status = 'completed')
-- GROUP BY rf_segment
-- ORDER BY rf_segment;
--
-- Source: the recency-frequency grid of completed orders as published by ActionAssistant, without its overlaps.
CREATE MACRO audience.rf_segment(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true,
    promising_days := 25,
    wandering_days := 51,
    dormant_days := 75,
    at_risk_days := 56,
    lost_days := 113,
    labels := 'enum'
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT {
        'promising_days': audience.__checked_days('rf_segment', 'promising_days', promising_days, 1, '1 to'),
        'wandering_days': audience.__checked_days('rf_segment', 'wandering_days', wandering_days,
                                                  audience.__number(promising_days) + 1,
                                                  'above promising_days and at most'),
        'dormant_days': audience.__checked_days('rf_segment', 'dormant_days', dormant_days,
                                                audience.__number(wandering_days) + 1,
                                                'above wandering_days and at most'),
        'at_risk_days': audience.__checked_days('rf_segment', 'at_risk_days', at_risk_days, 1, '1 to'),
        'lost_days': audience.__checked_days('rf_segment', 'lost_days', lost_days, audience.__number(at_risk_days) + 1,
                                             'above at_risk_days and at most')
    } AS __days
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__histories('rf_segment', orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('rf_segment', '__histories', as_of)
), __silent AS (
    -- One row per customer with a purchase.
    SELECT __customer, __history.purchases AS __purchases,
           audience.__days_since(__history.last_order_date, __as_of) AS __silence
    FROM __histories, __clock
    WHERE __history IS NOT NULL
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    SELECT
        __customer AS customer_id,
        __audience_rf_segment('rf_segment', __purchases, __silence, __days) AS rf_segment,
        __purchases AS purchases,
        __silence AS silence_days
    FROM __silent, __options
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (rf_segment::VARCHAR AS rf_segment) FROM __enum
)
FROM query_table(audience.__labels('rf_segment', labels));
