-- The contact list of the made-up shop audience.demo_orders, for trying out and testing: its customers, and one person
-- in six who has not bought. Ordered by contact_id. The same seed gives the same list on every machine.
--
-- Contacts 1 to customers are those of audience.demo_orders with the same arguments; most subscribed before their first
-- order. The people and their addresses are invented. As in real lists, some values are missing or malformed, e-mail
-- addresses are written with capitals and spaces, and three contacts in a hundred have a second row, of a later
-- subscription.
--
-- Arguments:
-- - customers: BIGINT, 0 to 100,000,000; how many of the contacts are customers; default 1000
-- - seed: BIGINT; default 42
--
-- Returns:
-- - contact_id: the contact; not unique
-- - subscribed_at: when the contact subscribed; NULL where that is not known
-- - email: address at example.com, example.org or example.net
-- - first_name: first name
-- - last_name: last name
-- - phone: telephone number, in national or international form
-- - country: DE, GB, FR, DK or US, as in the customer's orders
-- - city: city
-- - zip: postal code
-- - language: de, en, fr or da
-- - consent: whether the contact may be written to; NULL where that is not known
--
-- Errors: customers is out of range, or seed is NULL
--
-- Example:
-- SELECT contact_id, subscribed_at, email, first_name, last_name, phone, country, consent
-- FROM audience.demo_contacts(customers := 1000, seed := 42)
-- ORDER BY contact_id, subscribed_at
-- LIMIT 5;
--
-- Source: invented; domains kept for examples by RFC 2606, telephone numbers kept for fiction where a country has them.
CREATE MACRO audience.demo_contacts(customers := 1000, seed := 42) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__demo_options('demo_contacts', customers, seed)
), __numbers AS (
    -- One row per person; the last sixth never buys.
    SELECT unnest(range(1, __customers + __customers // 5 + 1)) AS __contact, __customers, __seed FROM __options
), __lists AS (
    -- One row per person, with all rows of the contact.
    SELECT __contact, __audience_demo_contacts('demo_contacts', __contact, __seed, __contact <= __customers) AS __rows
    FROM __numbers
), __contacts AS (
    -- One row per row of the contacts.
    SELECT __contact, unnest(__rows) AS __row FROM __lists
)
SELECT
    __contact AS contact_id,
    __row.subscribed_at,
    __row.email,
    __row.first_name,
    __row.last_name,
    __row.phone,
    __row.country,
    __row.city,
    __row.zip,
    __row.language,
    __row.consent
FROM __contacts
ORDER BY contact_id ASC, __row.subscribed_at ASC;
