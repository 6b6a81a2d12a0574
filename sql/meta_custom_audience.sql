-- Contacts as a file for a Meta custom audience (Facebook, Instagram), hashed:
-- COPY (FROM audience.meta_custom_audience(…)) TO 'meta.csv' (HEADER). One row for every contact with consent and an
-- identifier: an e-mail address, a telephone number, a uid, or names, country and zip together. Ordered by these as they
-- were before hashing.
--
-- Rows with the same identifiers become one; of those with different values the highest counts. What is left out, and why,
-- is told by audience.export_audit with the same arguments.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - phone: as in normalize_phone, with country; default none
-- - first_name: in lower case, without spaces and punctuation; default none
-- - last_name: in lower case, without spaces and punctuation; default none
-- - city: in lower case, without spaces and punctuation; default none
-- - state: in lower case, without spaces and punctuation; in the USA pass the two letters; default none
-- - zip: as in normalize_zip, with country, then in lower case without spaces and hyphens; in Great Britain without the last
--   two letters; default none
-- - country: two letters (ISO 3166-1); default none
-- - birth_date: DATE, TIMESTAMP, or text that casts to DATE; days before 1900 or after today are left empty; default none
-- - gender: m, f, male or female, in upper or lower case; others are left empty; default none
-- - uid: the app user ID that Meta gave the person; default none
-- - value: what the customer is worth, for value-based lookalikes; negative and infinite are left empty; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out; default true
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
-- - consent is not BOOLEAN: DuckDB's own message, which names types only
--
-- Example:
-- SELECT left(email, 8) AS email, left(phone, 8) AS phone, left(fn, 8) AS fn, left(ln, 8) AS ln, left(zip, 8) AS zip, left(country, 8) AS country, value
-- FROM audience.meta_custom_audience('contacts', email := email, phone := phone, first_name := first_name, last_name := last_name,
--                                    city := city, zip := zip, country := country, value := contact_id * 10, consent := consent)
-- LIMIT 3;
--
-- Source: Meta, Customer File Custom Audiences (hashing and normalization) and Business Help 2082575038703844; see exports.md.
CREATE MACRO audience.meta_custom_audience(contacts, email := NULL, phone := NULL, first_name := NULL, last_name := NULL, city := NULL, state := NULL, zip := NULL, country := NULL, birth_date := NULL, gender := NULL, uid := NULL, value := NULL, consent := true) AS TABLE
WITH __identified AS (
    FROM audience.__identified('meta_custom_audience', contacts, email, phone, first_name, last_name, country, zip, uid, {
        'value': TRY_CAST(value AS DOUBLE),
        'city': __audience_letters_only(city::VARCHAR),
        'state': __audience_letters_only(state::VARCHAR),
        'birth_date': TRY_CAST(birth_date AS DATE),
        'gender': CASE lower(trim(gender::VARCHAR)) WHEN 'm' THEN 'm' WHEN 'male' THEN 'm' WHEN 'f' THEN 'f' WHEN 'female' THEN 'f' END
    }, consent)
), __named AS (
    SELECT * EXCLUDE (__further), __further.city AS __city, __further.state AS __state, __further.gender AS __gender,
           CASE WHEN __further.birth_date BETWEEN DATE '1900-01-01' AND current_date THEN __further.birth_date END AS __birth_date,
           CASE WHEN __further.value >= 0 AND isfinite(__further.value) THEN __further.value END AS __value
    FROM __identified
), __once AS (
    -- As audience.__once, and the highest value first.
    FROM __named
    QUALIFY row_number() OVER (PARTITION BY __key ORDER BY __value DESC NULLS LAST, __city ASC NULLS LAST, __state ASC NULLS LAST, __birth_date ASC NULLS LAST,
                                                           __gender ASC NULLS LAST) = CASE WHEN __key IS NULL THEN 0 ELSE 1 END
    ORDER BY __key ASC
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
    hash_identifier(strftime(__birth_date, '%Y%m%d')) AS dob,
    hash_identifier(strftime(__birth_date, '%Y')) AS doby,
    hash_identifier(__gender) AS gen,
    NULL::VARCHAR AS age,
    __uid AS uid,
    __value AS value
FROM __once;
