-- Contacts as a file for a Snapchat customer list, hashed: COPY (FROM audience.snapchat_audience_list(…)) TO
-- 'snapchat.csv' (HEADER false). One row for every address, or every telephone number, of a contact with consent,
-- ordered as before hashing.
--
-- A list is of one kind of identifier: call the function once with email and once with phone for two lists. Snapchat
-- publishes no header for the file, so it is written without one. A list is of use from 1,000 people whom Snapchat
-- knows. audience.export_audit with the same arguments counts what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - phone: as in normalize_phone, with country; default none
-- - country: of numbers in national form; the two or three letters of ISO 3166-1, or the name in English or a language
--   of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address or telephone number; 'row' = every row for itself; default 'person'
--
-- Returns:
-- - identifier: hash of the address, or of the number with its country code, digits only; lower-case hexadecimal
--
-- Errors:
-- - neither email nor phone is given, or both are, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left(identifier, 8) AS identifier
-- FROM audience.snapchat_audience_list('contacts', phone := phone, country := country, consent := consent)
-- LIMIT 3;
--
-- Source: Snap Marketing API, "Customer Lists", and Conversions API, "Best Practices"; see exports.md.
CREATE MACRO audience.snapchat_audience_list(
    contacts,
    email := NULL,
    phone := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person'
) AS TABLE
SELECT __hash AS identifier
FROM audience.__identifier_list('snapchat_audience_list', contacts, consent, consent_per, email := email,
                                phone := phone, country := country);
