-- Sorts a contact list into five segments: New Subscriber, First-Time Buyer, Two-Time Buyer, One-Time Lapsed and Repeat
-- Lapsed. One row for every contact and every customer, in no order.
--
-- The rules, in this order; the first that holds decides:
--
-- - New Subscriber: no purchase, subscribed less than new_subscriber_days ago
-- - First-Time Buyer: one purchase, less than first_time_days ago
-- - Two-Time Buyer: two purchases, the last less than two_time_days ago
-- - One-Time Lapsed: one purchase, one_time_lapsed_days ago or more
-- - Repeat Lapsed: two or more purchases, the last repeat_lapsed_days ago or more
--
-- People for whom none holds, such as regular buyers, are listed with NULL. Contacts without an order and customers
-- without a contact are listed too. Several rows of a contact count as one, with the earliest known subscription.
-- Contacts who subscribed after as_of are left out unless they ordered; contacts whose subscription date is not known
-- are kept.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file
-- - contact_id: expression over its columns that holds the same keys as customer_id; rows where it is NULL are ignored
-- - subscribed_at: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone), or text that casts to DATE;
--   NULL and infinite mean that it is not known
-- - orders, customer_id, order_date: as in audience.customers; every row is a purchase, so leave refunds out with
--   filter
-- - as_of: DATE, finite; later orders and subscriptions are ignored; default NULL = the day of the latest order or
--   subscription that is not after today
-- - filter: BOOLEAN expression over the orders, such as status = 'completed'; default true
-- - new_subscriber_days: INTEGER, 0 to 36525; default 30
-- - first_time_days: INTEGER, 0 to 36525; default 30
-- - two_time_days: INTEGER, 0 to 36525; default 7
-- - one_time_lapsed_days: INTEGER, 0 to 36525; default 30
-- - repeat_lapsed_days: INTEGER, 0 to 36525; default 60
-- - labels: as in audience.customers
--
-- Returns:
-- - contact_id: the contact or customer, of the type of contact_id and customer_id
-- - essential_segment: the segment, in this order; NULL where no rule holds
-- - purchases: days with at least one order
-- - silence_days: days from the latest purchase to as_of; NULL without one
-- - subscribed_days: days from the subscription to as_of; NULL where it is not known
-- - has_contact: whether there is a contact of that key
--
-- Errors:
-- - a number of days is out of range; as_of is infinite
-- - contact_id and customer_id are of types that do not compare: DuckDB's own message
--
-- Example:
-- SELECT essential_segment, count(*) AS contacts, count(*) FILTER (has_contact) AS with_contact,
--        round(avg(silence_days), 1) AS silence_days
-- FROM audience.essential_segments('contacts', contact_id, subscribed_at, 'orders', customer_id, order_date,
--                                  filter := status = 'completed')
-- GROUP BY essential_segment
-- ORDER BY essential_segment;
--
-- Source: the five essential segments of e-mail marketing (Moulin, Vibetrace); the windows are its defaults.
CREATE MACRO audience.essential_segments(
    contacts,
    contact_id,
    subscribed_at,
    orders,
    customer_id,
    order_date,
    as_of := NULL,
    filter := true,
    new_subscriber_days := 30,
    first_time_days := 30,
    two_time_days := 7,
    one_time_lapsed_days := 30,
    repeat_lapsed_days := 60,
    labels := 'enum'
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT {
        'new_subscriber_days': audience.__checked_days('essential_segments',
            'new_subscriber_days', new_subscriber_days, 0, '0 to'),
        'first_time_days': audience.__checked_days('essential_segments',
            'first_time_days', first_time_days, 0, '0 to'),
        'two_time_days': audience.__checked_days('essential_segments',
            'two_time_days', two_time_days, 0, '0 to'),
        'one_time_lapsed_days': audience.__checked_days('essential_segments',
            'one_time_lapsed_days', one_time_lapsed_days, 0, '0 to'),
        'repeat_lapsed_days': audience.__checked_days('essential_segments',
            'repeat_lapsed_days', repeat_lapsed_days, 0, '0 to')
    } AS __days
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__histories('essential_segments', orders, customer_id, order_date, NULL, as_of, filter)
), __contacts AS MATERIALIZED (
    -- One row per contact.
    FROM audience.__contacts('essential_segments', contacts, contact_id, subscribed_at, as_of)
), __dates AS (
    -- One row per customer and per contact: the latest day.
    SELECT __latest FROM __histories UNION ALL SELECT __latest FROM __contacts
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('essential_segments', '__dates', as_of)
), __everyone AS (
    -- One row per contact or customer.
    SELECT __customer, __has_contact, coalesce(__history.purchases, 0) AS __purchases,
           audience.__days_since(__history.last_order_date, __as_of) AS __silence,
           audience.__days_since(__subscribed, __as_of) AS __since
    FROM (SELECT * FROM __contacts FULL JOIN __histories USING (__customer)), __clock
), __enum AS NOT MATERIALIZED (
    -- One row per contact or customer.
    SELECT
        __customer AS contact_id,
        __audience_essential_segment('essential_segments', __purchases, __silence, __since, __days)
            AS essential_segment,
        __purchases AS purchases,
        __silence AS silence_days,
        __since AS subscribed_days,
        __has_contact IS NOT NULL AS has_contact
    FROM __everyone, __options
), __text AS NOT MATERIALIZED (
    -- One row per contact or customer, with labels that every database can store.
    SELECT * REPLACE (essential_segment::VARCHAR AS essential_segment) FROM __enum
)
FROM query_table(audience.__labels('essential_segments', labels));
