-- Contacts as a file for Klaviyo: COPY (FROM audience.klaviyo_profiles(…)) TO 'klaviyo.csv' (HEADER). NOT HASHED: the
-- file holds personal data in clear text. One row for every contact with consent and an e-mail address or a telephone
-- number, ordered by the address, or the number without one.
--
-- Klaviyo refuses files in which an address or a number comes twice. So rows with the same address become one, and a
-- number that several addresses have stays with the first of them. audience.export_audit with the same arguments counts
-- what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; a hash is malformed here; default none
-- - phone: as in normalize_phone, with country; a hash is malformed here; default none
-- - first_name: as written, with single spaces; default none
-- - last_name: as written, with single spaces; default none
-- - country: of numbers in national form; the two or three letters of ISO 3166-1, or the name in English or a language
--   of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address or telephone number; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, or a text of the properties, that a spreadsheet would run as a formula,
--   such as =HYPERLINK(…), gets an apostrophe in front; default true
-- - properties: STRUCT of what else the file should say of a person, a column each: {'stage': lifecycle_stage,
--   'value': customer_value}. Its names must not be those of the columns below. Lists are written as JSON, which
--   Klaviyo imports, and texts on one line, with single spaces; of several rows of a person, those of the row that is
--   kept; default none
--
-- Returns:
-- - Email: the address
-- - Phone Number: the number in E.164 form
-- - First Name: the name
-- - Last Name: the name
--
-- Errors:
-- - neither email nor phone is given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
-- - properties is not a STRUCT, or has a name of the columns of the file
--
-- Example:
-- FROM audience.klaviyo_profiles('contacts', email := email, phone := phone, first_name := first_name,
--                                last_name := last_name, country := country, consent := consent)
-- LIMIT 3;
--
-- Source: Klaviyo Help Center 115005078967 and 115005078807; see exports.md.
CREATE MACRO audience.klaviyo_profiles(
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('klaviyo_profiles', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country,
                              properties := properties, disarm_formulas := disarm_formulas)
), __profiles AS (
    -- One row per row to export.
    FROM audience.__once('__consented', true)
), __columns AS (
    -- One row per row to export, with a column for each property.
    SELECT __email, __phone, __first_name, __last_name, unnest(__properties)
    FROM __profiles, audience.__properties_given('klaviyo_profiles', contacts, properties,
                                             ['email', 'phone number', 'first name', 'last name'])
    WHERE __has_properties
)
SELECT
    __email AS "Email",
    __phone AS "Phone Number",
    __first_name AS "First Name",
    __last_name AS "Last Name",
    audience.__property('klaviyo_profiles', 'klaviyo',
                        COLUMNS(* EXCLUDE (__email, __phone, __first_name, __last_name, __none)),
                        coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true))
FROM __columns
ORDER BY coalesce(__email, __phone) ASC;
