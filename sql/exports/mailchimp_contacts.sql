-- Contacts as a file for Mailchimp: COPY (FROM audience.mailchimp_contacts(…)) TO 'mailchimp.csv' (HEADER). NOT HASHED:
-- the file holds personal data in clear text. One row for every contact with consent and an e-mail address, ordered by
-- it.
--
-- Rows with the same address become one. audience.export_audit with the same arguments counts what is left out, and
-- why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; a hash is malformed here, and so is an address with
--   non-ASCII characters before the @, which Mailchimp does not take; default none
-- - first_name: as written, with single spaces; default none
-- - last_name: as written, with single spaces; default none
-- - phone: as in normalize_phone; without a country, so pass normalize_phone(phone, country) for numbers in national
--   form; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, or a text of the properties, that a spreadsheet would run as a formula,
--   such as =HYPERLINK(…), gets an apostrophe in front; default true
-- - properties: STRUCT of what else the file should say of a person, a column each: {'stage': lifecycle_stage,
--   'value': customer_value}. Its names must not be those of the columns below. Elements of lists are written with
--   commas between them, and texts on one line, with single spaces; of several rows of a person, those of the row
--   that is kept; default none
--
-- Returns:
-- - Email Address: the address
-- - First Name: the name
-- - Last Name: the name
-- - Phone Number: the number in E.164 form
--
-- Errors:
-- - email is not given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
-- - properties is not a STRUCT, or has a name of the columns of the file
--
-- Example:
-- FROM audience.mailchimp_contacts('contacts', email := email, first_name := first_name, last_name := last_name,
--                                  phone := normalize_phone(phone, country), consent := consent)
-- LIMIT 3;
--
-- Source: Mailchimp Help, "Format guidelines for your import file"; see exports.md.
CREATE MACRO audience.mailchimp_contacts(
    contacts,
    email := NULL,
    first_name := NULL,
    last_name := NULL,
    phone := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('mailchimp_contacts', contacts, consent, consent_per, email := email, phone := phone,
                              first_name := first_name, last_name := last_name, properties := properties,
                              disarm_formulas := disarm_formulas)
), __once AS (
    -- One row per address.
    FROM audience.__once('__consented', false)
), __columns AS (
    -- One row per row to export, with a column for each property.
    SELECT __email, __first_name, __last_name, __phone, unnest(__properties)
    FROM __once, audience.__properties_given('mailchimp_contacts', contacts, properties,
                                             ['email address', 'first name', 'last name', 'phone number'])
    WHERE __has_properties
)
SELECT
    __email AS "Email Address",
    __first_name AS "First Name",
    __last_name AS "Last Name",
    __phone AS "Phone Number",
    audience.__property('mailchimp_contacts', 'mailchimp',
                        COLUMNS(* EXCLUDE (__email, __first_name, __last_name, __phone, __none)),
                        coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true))
FROM __columns
ORDER BY __email ASC;
