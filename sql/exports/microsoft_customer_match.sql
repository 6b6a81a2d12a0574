-- Contacts as a file for Microsoft Advertising customer match, hashed: COPY (FROM
-- audience.microsoft_customer_match(…)) TO 'microsoft.csv' (HEADER). One row for every address of a contact with
-- consent, ordered as before hashing.
--
-- Microsoft knows people by their e-mail address only, and an audience serves from 300 people whom it knows. Its
-- pages publish the headers of the bulk file but not those of the list that is uploaded by hand; the column has the
-- name of the identifier there. exports.md has the query for the bulk file. audience.export_audit with the same
-- arguments counts what is left out, and why.
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
-- - Email: hash of the address, lower-case hexadecimal
--
-- Errors:
-- - email is not given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those
--
-- Example:
-- SELECT left("Email", 8) AS email
-- FROM audience.microsoft_customer_match('contacts', email := email, consent := consent)
-- LIMIT 3;
--
-- Source: Microsoft Advertising Bulk API, Customer List and Customer List Item records; Help 56921; see exports.md.
CREATE MACRO audience.microsoft_customer_match(
    contacts,
    email := NULL,
    consent := true,
    consent_per := 'person'
) AS TABLE
SELECT __hash AS "Email"
FROM audience.__identifier_list('microsoft_customer_match', contacts, consent, consent_per, email := email);
