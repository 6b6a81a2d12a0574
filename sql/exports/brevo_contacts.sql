-- Contacts as a file for Brevo: COPY (FROM audience.brevo_contacts(…)) TO 'brevo.csv' (HEADER). NOT HASHED: the file
-- holds personal data in clear text. One row for every contact with consent and an e-mail address or a telephone
-- number, ordered by the address, or the number without one.
--
-- In Brevo an address, a number and an EXT_ID each belong to one contact. So rows with the same address become one,
-- and a number or an EXT_ID that several addresses have stays with the first of them. A file has at most 250 MB.
-- audience.export_audit with the same arguments counts what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; a hash is malformed here; default none
-- - phone: as in normalize_phone, with country; a hash is malformed here; default none
-- - first_name: as written, with single spaces; default none
-- - last_name: as written, with single spaces; default none
-- - ext_id: your own number of the person; alone it exports nobody; default none
-- - country: of numbers in national form; the two or three letters of ISO 3166-1, or the name in English or a language
--   of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address, telephone number or ext_id; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, or a text of the properties, that a spreadsheet would run as a formula,
--   such as =HYPERLINK(…), gets an apostrophe in front; default true
-- - properties: STRUCT of what else the file should say of a person, a column each: {'STAGE': lifecycle_stage,
--   'VALUE': customer_value}; the names of Brevo's attributes are in capitals. They must not be those of the columns
--   below. Lists are written as JSON, and texts on one line, with single spaces; of several rows of a person, those of
--   the row that is kept; default none
--
-- Returns:
-- - EMAIL: the address
-- - FIRSTNAME: the name
-- - LASTNAME: the name
-- - SMS: the number in E.164 form
-- - EXT_ID: your own number
--
-- Errors:
-- - neither email nor phone is given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
-- - properties is not a STRUCT, or has a name of the columns of the file
--
-- Example:
-- FROM audience.brevo_contacts('contacts', email := email, phone := phone, first_name := first_name,
--                              last_name := last_name, ext_id := contact_id, country := country, consent := consent)
-- LIMIT 3;
--
-- Source: Brevo Help 208729849, "Create a file to import your contacts"; see exports.md.
CREATE MACRO audience.brevo_contacts(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    ext_id := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('brevo_contacts', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country, uid := ext_id,
                              properties := properties, disarm_formulas := disarm_formulas)
), __people AS (
    -- One row per row to export.
    FROM audience.__once('__consented', true)
), __columns AS (
    -- One row per row to export, with a column for each property.
    SELECT __email, __phone, __first_name, __last_name,
           CASE WHEN row_number() OVER (PARTITION BY __uid ORDER BY __email ASC NULLS LAST, __phone ASC) = 1
                THEN __uid END AS __uid,
           unnest(__properties)
    FROM __people, audience.__properties_given('brevo_contacts', contacts, properties,
                                               ['email', 'firstname', 'lastname', 'sms', 'ext_id'])
    WHERE __has_properties
)
SELECT
    __email AS "EMAIL",
    __first_name AS "FIRSTNAME",
    __last_name AS "LASTNAME",
    __phone AS "SMS",
    __uid AS "EXT_ID",
    audience.__property('brevo_contacts', 'brevo',
                        COLUMNS(* EXCLUDE (__email, __phone, __first_name, __last_name, __uid, __none)),
                        coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true))
FROM __columns
ORDER BY coalesce(__email, __phone) ASC;
