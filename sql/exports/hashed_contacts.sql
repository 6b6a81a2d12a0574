-- Contacts as a file for a clean room, or for any platform that takes SHA-256: COPY (FROM audience.hashed_contacts(…))
-- TO 'hashed.csv' (HEADER). One row for every person with consent and an e-mail address or a telephone number, ordered
-- by the address, or the number without one, as they were before hashing.
--
-- Every address comes once, and so does every number, so that a join finds nobody twice: rows with the same address
-- become one, and a number that several addresses have stays with the first of them. audience.export_audit with the
-- same arguments counts what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - phone: as in normalize_phone, with country; default none
-- - first_name: in lower case, without spaces and punctuation; default none
-- - last_name: in lower case, without spaces and punctuation; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - zip: as in audience.meta_custom_audience; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address or telephone number; 'row' = every row for itself; default 'person'
-- - phone_plus: BOOLEAN; whether the number is hashed with its plus, which platforms differ in; default true
--
-- Returns:
-- - email_sha256: hash of the address, lower-case hexadecimal
-- - phone_sha256: hash of the number in E.164 form
-- - first_name_sha256: hash of the name
-- - last_name_sha256: hash of the name
-- - country_sha256: hash of the two letters, in lower case
-- - zip_sha256: hash of the postal code
--
-- Errors:
-- - neither email nor phone is given, or all that is given is NULL in every row
-- - phone_plus is NULL
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left(email_sha256, 8) AS email, left(phone_sha256, 8) AS phone, left(country_sha256, 8) AS country
-- FROM audience.hashed_contacts('contacts', email := email, phone := phone, country := country, consent := consent)
-- LIMIT 3;
--
-- Source: FIPS 180-4 (SHA-256); what platforms want hashed is in exports.md.
CREATE MACRO audience.hashed_contacts(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    zip := NULL,
    consent := true,
    consent_per := 'person',
    phone_plus := true
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('hashed_contacts', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country, zip := zip,
                              phone_plus := phone_plus)
), __people AS (
    -- One row per row to export.
    FROM audience.__once('__consented', true)
    ORDER BY coalesce(__email, __phone) ASC
)
SELECT
    hash_identifier(__email) AS email_sha256,
    hash_identifier(__phone) AS phone_sha256,
    hash_identifier(__first_name) AS first_name_sha256,
    hash_identifier(__last_name) AS last_name_sha256,
    hash_identifier(__country) AS country_sha256,
    hash_identifier(__zip) AS zip_sha256
FROM __people;
