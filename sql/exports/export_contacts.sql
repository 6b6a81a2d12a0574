-- Contacts as a file for any tool that takes a CSV: COPY (FROM audience.export_contacts(…)) TO 'contacts.csv' (HEADER).
-- NOT HASHED: the file holds personal data in clear text. One row for every person with consent and an e-mail address
-- or a telephone number, ordered by the address, or the number without one.
--
-- Every address comes once, and so does every number, so that nobody is written to twice: rows with the same address
-- become one, and a number that several addresses have stays with the first of them. audience.export_audit with the
-- same arguments counts what is left out, and why. For the headers of a tool: SELECT email AS "E-mail", …
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; a hash is malformed here; default none
-- - phone: as in normalize_phone, with country; a hash is malformed here; default none
-- - first_name: as written, with single spaces; default none
-- - last_name: as written, with single spaces; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - zip: as in normalize_zip, with country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address or telephone number; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, or a text of the properties, that a spreadsheet would run as a formula,
--   such as =HYPERLINK(…), gets an apostrophe in front; default true
-- - properties: STRUCT of what else the file should say of a person, a column each: {'stage': lifecycle_stage,
--   'value': customer_value}. Its names must not be those of the columns below. Lists are written as JSON, and texts
--   on one line, with single spaces; of several rows of a person, those of the row that is kept; default none
--
-- Returns:
-- - email: the address
-- - phone: the number in E.164 form
-- - first_name: the name
-- - last_name: the name
-- - country: two capitals
-- - zip: the postal code
--
-- Errors:
-- - neither email nor phone is given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
-- - properties is not a STRUCT, or has a name of the columns of the file
--
-- Example:
-- FROM audience.export_contacts('contacts', email := email, phone := phone, first_name := first_name,
--                               last_name := last_name, country := country, zip := zip, consent := consent)
-- LIMIT 3;
--
-- Source: RFC 5321 and 5322 (addresses), ITU-T E.164 (numbers), ISO 3166-1 (countries); see exports.md.
CREATE MACRO audience.export_contacts(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    zip := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('export_contacts', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country, zip := zip,
                              properties := properties, disarm_formulas := disarm_formulas)
), __people AS (
    -- One row per row to export.
    FROM audience.__once('__consented', true)
), __columns AS (
    -- One row per row to export, with a column for each property.
    SELECT __email, __phone, __first_name, __last_name, __country, __zip, unnest(__properties)
    FROM __people, audience.__properties_given('export_contacts', contacts, properties,
                                               ['email', 'phone', 'first_name', 'last_name', 'country', 'zip'])
    WHERE __has_properties
)
SELECT
    __email AS email,
    __phone AS phone,
    __first_name AS first_name,
    __last_name AS last_name,
    __country AS country,
    __zip AS zip,
    audience.__property('export_contacts', 'export_contacts',
                        COLUMNS(* EXCLUDE (__email, __phone, __first_name, __last_name, __country, __zip, __none)),
                        coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true))
FROM __columns
ORDER BY coalesce(__email, __phone) ASC;
