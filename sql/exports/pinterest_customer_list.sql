-- Contacts as a file for a Pinterest customer list, hashed: COPY (FROM audience.pinterest_customer_list(…)) TO
-- 'pinterest.csv' (HEADER false). One row for every address of a contact with consent, ordered as before hashing.
--
-- The file is one column, and Pinterest publishes no header for it, so it is written without one. A list is of use
-- from 100 people whom Pinterest knows. audience.export_audit with the same arguments counts what is left out, and
-- why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address; 'row' = every row for itself; default 'person'
--
-- Returns:
-- - email: hash of the address, lower-case hexadecimal
--
-- Errors:
-- - email is not given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left(email, 8) AS email
-- FROM audience.pinterest_customer_list('contacts', email := email, consent := consent)
-- LIMIT 3;
--
-- Source: Pinterest Help, "Audience targeting", and API v5, customer lists; see exports.md.
CREATE MACRO audience.pinterest_customer_list(
    contacts,
    email := NULL,
    consent := true,
    consent_per := 'person'
) AS TABLE
SELECT __hash AS email
FROM audience.__identifier_list('pinterest_customer_list', contacts, consent, consent_per, email := email);
