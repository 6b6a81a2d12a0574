-- Counts what becomes of the contacts in an export: how many rows are in the file, and how many are left out for which
-- reason. The counts add up to the rows of the contacts. Reasons without a row are not listed. In their order:
--
-- - exported: in the file with everything that was given; only an ext_id that another address has is left empty there
-- - exported, begins like a formula: a name in clear text, which gets an apostrophe in front (see disarm_formulas), an
--   e-mail address in clear text, or a uid: a spreadsheet in which the file is opened would run it
-- - exported, malformed e-mail left out; exported, unknown country left out; exported, phone without country left out;
--   exported, malformed phone left out; exported, unusable address left out: in the file with what remains. An address
--   is unusable where the name, country or zip is malformed, for Google also where one of the four is missing, and for
--   Meta also where the city has no letter or the state is none of the country's. An unknown country is only counted
--   where something depends on it
-- - exported, too long name left out: LinkedIn takes names of at most 35 characters
-- - exported, unusable birth date left out; exported, unusable gender left out; exported, unusable value left out: Meta
--   only; see the arguments of audience.meta_custom_audience
-- - exported, phone of another row left out: klaviyo_profiles, brevo_contacts, export_contacts and hashed_contacts have
--   every telephone number once
-- - no consent: consent is false or NULL
-- - refused in another row: the same person refuses there, see consent_per
-- - no identifier; malformed e-mail; unknown country; phone without country; malformed phone; unusable address:
--   nothing is left to recognise the person by
-- - duplicate: another row has the same identifiers
-- - fewer than the 100 people that Google needs; so also 1,000 for TikTok and Snapchat, 300 for Microsoft and LinkedIn,
--   100 for Pinterest: too few rows are in the file for the platform to show advertisements to them. It counts whom it
--   recognises, so more rows may be too few as well. A warning, with 0 rows
-- - not hashed: the file holds personal data in clear text. A note about klaviyo_profiles, mailchimp_contacts,
--   brevo_contacts, hubspot_contacts, export_contacts and, but for the address, linkedin_matched_audience, with 0 rows
--
-- Where several hold, the first is given, with no consent before all others. To audit an export, put its platform in
-- front of its arguments. Arguments that the platform does not use are ignored.
--
-- Arguments:
-- - platform: VARCHAR, the name of the export without audience., such as google_customer_match, or only the part before
--   the first underscore
-- - contacts, email, phone, first_name, last_name, country, zip, consent: as in the export
-- - city, state, birth_date, gender, uid, value: as in audience.meta_custom_audience
-- - phone_plus: as in audience.tiktok_custom_audience
-- - consent_per: as in the export
-- - disarm_formulas: as in audience.klaviyo_profiles; it changes no count
-- - properties: as in audience.klaviyo_profiles; they change no count
-- - ext_id: as in audience.brevo_contacts
-- - job_title, company: as in audience.linkedin_matched_audience; they change no count
--
-- Returns:
-- - platform: as it was given
-- - reason: what becomes of these rows, in the order above
-- - rows: how many
--
-- Errors:
-- - platform is not one of those
-- - platform is snapchat_audience_list, and email and phone are both given
-- - consent is not BOOLEAN; consent_per is not one of its two; phone_plus or disarm_formulas is NULL
--
-- Example:
-- FROM audience.export_audit('google_customer_match', 'contacts', email := email, phone := phone,
--                            first_name := first_name, last_name := last_name, country := country, zip := zip,
--                            consent := consent);
--
-- Source: counting; the rules of the platforms are in exports.md.
CREATE MACRO audience.export_audit(
    platform,
    contacts,
    email := NULL,
    phone := NULL,
    first_name := NULL,
    last_name := NULL,
    country := NULL,
    zip := NULL,
    consent := true,
    city := NULL,
    state := NULL,
    birth_date := NULL,
    gender := NULL,
    uid := NULL,
    value := NULL,
    phone_plus := true,
    consent_per := 'person',
    disarm_formulas := true,
    properties := NULL,
    ext_id := NULL,
    job_title := NULL,
    company := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked(
        'export_audit', 'platform', platform,
        platform IN audience.__exports()
            OR platform IN [split_part(__export, '_', 1) FOR __export IN audience.__exports()],
        array_to_string(audience.__exports()[:-2], ', ') || ' or ' || audience.__exports()[-1]
    )::VARCHAR AS __platform
), __identified AS MATERIALIZED (
    -- One row per row of the contacts.
    FROM audience.__identified('export_audit', platform, contacts, email, phone, first_name, last_name, country, zip,
                               CASE WHEN starts_with(platform, 'brevo') THEN ext_id::VARCHAR ELSE uid::VARCHAR END,
                               city, state, birth_date, gender, value, properties, consent, consent_per, phone_plus,
                               disarm_formulas)
), __consenting AS MATERIALIZED (
    -- One row per row of the contacts who have not refused in another one.
    FROM audience.__consenting('export_audit', platform, '__identified')
), __exported AS MATERIALIZED (
    -- One row per row in the file.
    FROM audience.__once('__consenting', split_part(platform, '_', 1) IN ('klaviyo', 'brevo', 'export', 'hashed'))
), __counts AS (
    -- One row per reason.
    SELECT __outcome AS __reason, count(*) AS __rows FROM __exported GROUP BY ALL
    UNION ALL
    SELECT __outcome::VARCHAR, count(*) FROM __identified WHERE NOT __is_exported GROUP BY ALL
    UNION ALL
    SELECT 'refused in another row', count(*) FILTER (__is_exported) - (SELECT count(__key) FROM __consenting)
    FROM __identified
    UNION ALL
    SELECT 'duplicate', count(__key) - (SELECT count(*) FROM __exported) FROM __consenting
), __listed AS (
    -- One row per reason that occurs, and one per note.
    FROM __counts WHERE __rows > 0
    UNION ALL
    FROM audience.__export_notes(platform, (SELECT count(*) FROM __identified), (SELECT count(*) FROM __exported))
)
SELECT __platform AS platform, __reason AS reason, __rows AS rows
FROM __listed, __options
ORDER BY list_position([
    'exported', 'exported, begins like a formula', 'exported, malformed e-mail left out',
    'exported, unknown country left out', 'exported, phone without country left out',
    'exported, malformed phone left out', 'exported, unusable address left out',
    'exported, too long name left out', 'exported, unusable birth date left out',
    'exported, unusable gender left out', 'exported, unusable value left out',
    'exported, phone of another row left out', 'no consent', 'refused in another row', 'no identifier',
    'malformed e-mail', 'unknown country', 'phone without country', 'malformed phone', 'unusable address', 'duplicate'
], __reason) ASC NULLS LAST, __reason ASC;
