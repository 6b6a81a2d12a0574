-- Contacts as a file for a Meta custom audience (Facebook, Instagram), hashed: COPY (FROM
-- audience.meta_custom_audience(…)) TO 'meta.csv' (HEADER). One row for every contact with consent and an identifier:
-- an e-mail address, a telephone number, a uid, or names, country and zip together. Ordered by these as they were
-- before hashing.
--
-- Rows with the same identifiers become one, with the highest of their values. audience.export_audit with the same
-- arguments counts what is left out or left empty, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - phone: as in normalize_phone, with country; default none
-- - first_name: in lower case, without spaces and punctuation; default none
-- - last_name: in lower case, without spaces and punctuation; default none
-- - city: in lower case, without spaces and punctuation; default none
-- - state: in the USA and Canada the two letters or the name; elsewhere in lower case, without spaces and punctuation;
--   default none
-- - zip: as in normalize_zip, with country, then in lower case without spaces and hyphens; in the USA the first five
--   digits, in Great Britain without the last two letters; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - birth_date: DATE, TIMESTAMP, or text: what casts to DATE, or YYYYMMDD; others, and days before 1900 or after today,
--   are left empty; default none
-- - gender: m, f, male or female, in upper or lower case; others are left empty; default none
-- - uid: the app user ID that Meta gave the person; default none
-- - value: what the customer is worth, for value-based lookalikes: a number from 0 on; others are left empty; default
--   none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address, telephone number, uid, or name, country and zip; 'row' = every row for itself; default
--   'person'
--
-- Returns:
-- - email: hash of the address, lower-case hexadecimal
-- - phone: hash of the number with its country code, digits only
-- - fn: hash of the first name
-- - ln: hash of the last name
-- - zip: hash of the postal code
-- - ct: hash of the city
-- - st: hash of the state
-- - country: hash of the two letters, in lower case
-- - dob: hash of the date of birth as YYYYMMDD
-- - doby: hash of the year of birth
-- - gen: hash of m or f
-- - age: always empty, because it would change with the day of the export; dob says more
-- - uid: not hashed
-- - value: not hashed
--
-- Errors:
-- - neither email nor phone nor uid nor names are given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left(email, 8) AS email, left(phone, 8) AS phone, left(fn, 8) AS fn, left(ln, 8) AS ln, left(zip, 8) AS zip,
--        left(country, 8) AS country, value
-- FROM audience.meta_custom_audience('contacts', email := email, phone := phone, first_name := first_name,
--                                    last_name := last_name, city := city, zip := zip, country := country,
--                                    value := contact_id * 10, consent := consent)
-- LIMIT 3;
--
-- Source: Meta, Customer File Custom Audiences (hashing and normalization) and Business Help 2082575038703844; see
-- exports.md.
CREATE MACRO audience.meta_custom_audience(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    city := NULL,
    state := NULL,
    zip := NULL,
    country := NULL,
    birth_date := NULL,
    gender := NULL,
    uid := NULL,
    value := NULL,
    consent := true,
    consent_per := 'person'
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('meta_custom_audience', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country, zip := zip,
                              uid := uid, city := city, state := state, birth_date := birth_date, gender := gender,
                              value := value)
), __once AS (
    -- One row per row to export.
    FROM audience.__once('__consented', false)
    ORDER BY __email ASC NULLS FIRST, __phone ASC NULLS FIRST, __first_name ASC NULLS FIRST,
             __last_name ASC NULLS FIRST, __country ASC NULLS FIRST, __zip ASC NULLS FIRST, __uid ASC NULLS FIRST
)
SELECT
    hash_identifier(__email) AS email,
    hash_identifier(__phone) AS phone,
    hash_identifier(__first_name) AS fn,
    hash_identifier(__last_name) AS ln,
    hash_identifier(__zip) AS zip,
    hash_identifier(__city) AS ct,
    hash_identifier(__state) AS st,
    hash_identifier(__country) AS country,
    hash_identifier(__birth_date) AS dob,
    -- A date has eight digits; a hash tells no year.
    hash_identifier(CASE WHEN length(__birth_date) = 8 THEN left(__birth_date, 4) END) AS doby,
    hash_identifier(__gender) AS gen,
    NULL::VARCHAR AS age,
    __uid AS uid,
    __value AS value
FROM __once;
