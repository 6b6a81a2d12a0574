-- Contacts as a file for a LinkedIn matched audience (contact list): COPY (FROM audience.linkedin_matched_audience(…))
-- TO 'linkedin.csv' (HEADER). ONLY THE ADDRESS IS HASHED: names, title, company and country are in clear text, because
-- LinkedIn matches them so. One row for every address of a contact with consent, ordered as before hashing.
--
-- The headers are those of LinkedIn's template, which refuses a file with others. A file has 300 to 300,000 rows and
-- at most 20 MB, and an audience serves from 300 members whom LinkedIn knows. LinkedIn also looks for names without
-- an address; such rows are left out, because several people have the same name. audience.export_audit with the same
-- arguments counts what is left out, and why.
--
-- Arguments:
-- - contacts: the quoted name of a table, view, temporary table, CTE, data frame or file with a row per contact
-- - email: expression over its columns, as in normalize_email; default none
-- - first_name: as written, with single spaces; more than 35 characters are left empty; default none
-- - last_name: as written, with single spaces; more than 35 characters are left empty; default none
-- - job_title: on one line, with single spaces; more than 50 characters are left empty; default none
-- - company: on one line, with single spaces; more than 50 characters are left empty; default none
-- - country: the two or three letters of ISO 3166-1, or the name in English or a language of the country; default none
-- - consent: BOOLEAN expression; rows where it is not true are left out, and where it is false the person's other rows
--   as well; default true
-- - consent_per: 'person' = whoever refuses (consent is false) in one row is not exported from another one with the
--   same e-mail address; 'row' = every row for itself; default 'person'
-- - disarm_formulas: BOOLEAN; whether a name, title or company that a spreadsheet would run as a formula, such as
--   =HYPERLINK(…), gets an apostrophe in front; default true
--
-- Returns:
-- - email: hash of the address, lower-case hexadecimal
-- - firstname: the name
-- - lastname: the name
-- - jobtitle: the title
-- - employeecompany: the company
-- - country: two capitals
-- - googleaid: always empty, a column of the template
--
-- Errors:
-- - email is not given, or all that is given is NULL in every row
-- - consent is not BOOLEAN; consent_per is not one of those; disarm_formulas is NULL
--
-- Example:
-- SELECT left(email, 8) AS email, firstname, lastname, jobtitle, country
-- FROM audience.linkedin_matched_audience('contacts', email := email, first_name := first_name, last_name := last_name,
--                                         country := country, consent := consent)
-- LIMIT 3;
--
-- Source: LinkedIn Help a1489764; the template as public programs write it, and the lengths as HCL Unica Link documents
-- them; see exports.md.
CREATE MACRO audience.linkedin_matched_audience(
    contacts,
    email := NULL,
    first_name := NULL,
    last_name := NULL,
    job_title := NULL,
    company := NULL,
    country := NULL,
    consent := true,
    consent_per := 'person',
    disarm_formulas := true
) AS TABLE
WITH __consented AS (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consented('linkedin_matched_audience', contacts, consent, consent_per, email := email,
                              first_name := first_name, last_name := last_name, country := country,
                              properties := {'title': job_title, 'company': company},
                              disarm_formulas := disarm_formulas)
), __once AS (
    -- One row per address.
    FROM audience.__once('__consented', false)
), __written AS (
    -- One row per address, with the title and the company as they are written to the file.
    SELECT *, audience.__property('linkedin_matched_audience', 'linkedin', __properties.title,
                                  coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true)) AS __title,
           audience.__property('linkedin_matched_audience', 'linkedin', __properties.company,
                               coalesce(TRY_CAST(disarm_formulas AS BOOLEAN), true)) AS __company
    FROM __once
)
SELECT
    hash_identifier(__email) AS email,
    __first_name AS firstname,
    __last_name AS lastname,
    CASE WHEN length(__title) <= 50 THEN __title END AS jobtitle,
    CASE WHEN length(__company) <= 50 THEN __company END AS employeecompany,
    __country AS country,
    NULL::VARCHAR AS googleaid
FROM __written
ORDER BY __email ASC;
