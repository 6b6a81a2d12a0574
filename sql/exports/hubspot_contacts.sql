-- Contacts as a file for HubSpot: COPY (FROM audience.hubspot_contacts(…)) TO 'hubspot.csv' (HEADER). NOT HASHED: the
-- file holds personal data in clear text. One row for every contact with consent and an e-mail address, ordered by it.
--
-- HubSpot knows contacts by their e-mail address, so rows with the same one become one. A file has at most 1,048,576
-- rows and 512 MB, without a subscription 20 MB. audience.export_audit with the same arguments counts what is left
-- out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; a hash is malformed here; default none
-- - first_name: as written, with single spaces; default none
-- - last_name: as written, with single spaces; default none
-- - phone: as in normalize_phone, with country; a hash is malformed here; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, or a text of the properties, that a spreadsheet would run as a formula,
--   such as =HYPERLINK(…), gets an apostrophe in front; default true
-- - properties: STRUCT of what else the file should say of a person, a column each: {'Stage': lifecycle_stage,
--   'Value': customer_value}. Its names must not be those of the columns below. Elements of lists are written with
--   semicolons between them, as HubSpot's checkboxes take them, and texts on one line, with single spaces; of several
--   rows of a person, those of the row that is kept; default none
--
-- Returns:
-- - Email: the address
-- - First name: the name
-- - Last name: the name
-- - Phone number: the number in E.164 form
-- - Country/Region: two capitals
--
-- Errors:
-- - email is not given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
-- - properties is not a STRUCT, or has a name of the columns of the file
--
-- Example:
-- FROM audience.hubspot_contacts('contacts', email := email, first_name := first_name, last_name := last_name,
--                                phone := phone, country := country, consent := consent)
-- LIMIT 3;
--
-- Source: HubSpot Knowledge Base, "Set up import files"; the names of the last two properties are from guides to its
-- import; see exports.md.
CREATE MACRO audience.hubspot_contacts(
    contacts,
    email := NULL,
    first_name := NULL,
    last_name := NULL,
    phone := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('hubspot_contacts', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, country := country,
                              properties := properties, disarm_formulas := disarm_formulas)
), __once AS (
    -- One row per address.
    FROM audience.__once('__consented', false)
), __columns AS (
    -- One row per row to export, with a column for each property.
    SELECT __email, __phone, __first_name, __last_name, __country, unnest(__properties)
    FROM __once, audience.__properties_given('hubspot_contacts', contacts, properties,
                                             ['email', 'first name', 'last name', 'phone number', 'country/region'])
    WHERE __has_properties
)
SELECT
    __email AS "Email",
    __first_name AS "First name",
    __last_name AS "Last name",
    __phone AS "Phone number",
    __country AS "Country/Region",
    audience.__property('hubspot_contacts', 'hubspot',
                        COLUMNS(* EXCLUDE (__email, __phone, __first_name, __last_name, __country, __none)),
                        coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true))
FROM __columns
ORDER BY __email ASC;
