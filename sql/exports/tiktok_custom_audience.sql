-- Contacts as a file for a TikTok customer file audience, hashed: COPY (FROM audience.tiktok_custom_audience(…)) TO
-- 'tiktok.csv' (HEADER). One row for every contact with consent and an e-mail address or a telephone number, ordered by
-- these as they were before hashing.
--
-- Rows with the same identifiers become one. audience.export_audit with the same arguments counts what is left out, and
-- why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email, without a tag (+shop); default none
-- - phone: as in normalize_phone, with country; default none
-- - country: of numbers in national form; the two or three letters of ISO 3166-1, or the name in English or a language
--   of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address or telephone number; 'row' = every row for itself; default 'person'
-- - phone_plus: BOOLEAN; whether the number is hashed with its plus; TikTok's own pages differ; default true
--
-- Returns:
-- - Email_SHA256: hash of the address, lower-case hexadecimal
-- - Phone_SHA256: hash of the number in E.164 form
--
-- Errors:
-- - neither email nor phone is given, or all that is given is NULL in every row
-- - phone_plus is NULL
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left("Email_SHA256", 8) AS email, left("Phone_SHA256", 8) AS phone
-- FROM audience.tiktok_custom_audience('contacts', email := email, phone := phone, country := country,
--                                      consent := consent)
-- LIMIT 3;
--
-- Source: TikTok Business Help Center, "Supported IDs and formats for a customer file"; see exports.md.
CREATE MACRO audience.tiktok_custom_audience(
    contacts,
    email := NULL,
    phone := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person',
    phone_plus := true
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('tiktok_custom_audience', contacts, consent, consent_per, email := email, phone := phone,
                              country := country, phone_plus := phone_plus)
), __once AS (
    -- One row per row to export, as in audience.google_customer_match, which says why.
    SELECT min(__email) AS __email, min(__phone) AS __phone
    FROM __consented
    GROUP BY __key
    HAVING count(__key) > 0
    ORDER BY __email ASC NULLS FIRST, __phone ASC NULLS FIRST
)
SELECT
    hash_identifier(__email) AS "Email_SHA256",
    hash_identifier(__phone) AS "Phone_SHA256"
FROM __once;
