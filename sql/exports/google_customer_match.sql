-- Contacts as a file for Google Ads Customer Match, hashed: COPY (FROM audience.google_customer_match(…)) TO
-- 'google.csv' (HEADER). One row for every contact with consent and an identifier, ordered by e-mail address, telephone
-- number and address as they were before hashing.
--
-- Names, country and zip are matched together only, so they are left empty where one of the four is missing. Rows with
-- the same identifiers become one. audience.export_audit with the same arguments counts what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; of addresses at gmail.com and googlemail.com dots and
--   tags (+shop) are removed; default none
-- - phone: as in normalize_phone, with country; default none
-- - first_name: as in normalize_name; default none
-- - last_name: as in normalize_name; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - zip: as in normalize_zip, with country; in the USA with its extension where it is known; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address, telephone number, or name, country and zip; 'row' = every row for itself; default 'person'
--
-- Returns:
-- - Email: hash of the address, lower-case hexadecimal
-- - Phone: hash of the number in E.164 form with its plus
-- - First Name: hash of the name
-- - Last Name: hash of the name
-- - Country: two capitals, not hashed
-- - Zip: the postal code, not hashed
--
-- Errors:
-- - neither email nor phone nor names are given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left("Email", 8) AS email, left("Phone", 8) AS phone, left("First Name", 8) AS first_name,
--        left("Last Name", 8) AS last_name, "Country", "Zip"
-- FROM audience.google_customer_match('contacts', email := email, phone := phone, first_name := first_name,
--                                     last_name := last_name, country := country, zip := zip, consent := consent)
-- LIMIT 3;
--
-- Source: Google Ads Help 7659867 and Data Manager API, user data formatting; see exports.md.
CREATE MACRO audience.google_customer_match(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    zip := NULL,
    consent := true,
    consent_per := 'person'
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('google_customer_match', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country, zip := zip)
), __once AS (
    -- One row per row to export. Every column is an identifier, and an identifier and its own hash are exported as the
    -- same, so each column is for itself, and grouping is cheaper than audience.__once. A condition on the key alone
    -- would be moved below the projection, and every row be identified twice.
    SELECT min(__email) AS __email, min(__phone) AS __phone, min(__first_name) AS __first_name,
           min(__last_name) AS __last_name, min(__country) AS __country, min(__zip) AS __zip
    FROM __consented
    GROUP BY __key
    HAVING count(__key) > 0
    ORDER BY __email ASC NULLS FIRST, __phone ASC NULLS FIRST, __first_name ASC NULLS FIRST,
             __last_name ASC NULLS FIRST, __country ASC NULLS FIRST, __zip ASC NULLS FIRST
)
SELECT
    hash_identifier(__email) AS "Email",
    hash_identifier(__phone) AS "Phone",
    hash_identifier(__first_name) AS "First Name",
    hash_identifier(__last_name) AS "Last Name",
    __country AS "Country",
    __zip AS "Zip"
FROM __once;
