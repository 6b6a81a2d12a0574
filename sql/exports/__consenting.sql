-- One row per row of `identified`, but for people who refuse in another row: one with the same e-mail address,
-- telephone number, uid, or name, country and zip. The key is the same for rows that are the same to the platform. Rows
-- that are not exported for another reason may remain, with NULL for their key.
CREATE MACRO audience.__consenting(caller, platform, identified) AS TABLE
WITH __form AS MATERIALIZED (
    -- One row: whether anything is an identifier, and whether one may be a hash. A hash has 64 bytes, and hardly
    -- anything else has.
    SELECT coalesce(bool_or(64 IN (strlen(__email), strlen(__phone), strlen(__first_name), strlen(__last_name),
                                   strlen(__country), strlen(__zip))), false) AS __has_hashes,
           CASE WHEN caller <> 'export_audit' AND bool_and(__outcome = 'no identifier')
                THEN audience.__refused(caller, 'email, phone and what else was given are NULL in every row')
                ELSE true END AS __has_identifiers
    FROM query_table(identified)
), __keyed AS NOT MATERIALIZED (
    -- One row per row of the contacts.
    SELECT *, __audience_contact_keys(caller, platform, __has_hashes, __email, __phone, __first_name, __last_name,
                                      __country, __zip, __uid, __written_email) AS __keys
    FROM query_table(identified), __form
    WHERE __has_identifiers
), __rows AS NOT MATERIALIZED (
    -- One row per row of the contacts, with its keys.
    SELECT *, CASE WHEN __is_exported THEN __keys.contact END AS __key, __keys.email AS __email_key,
           __keys.phone AS __phone_key, __keys.address AS __address_key, __keys.uid AS __uid_key,
           __keys.written_email AS __written_key, __keys.untagged_email AS __untagged_key,
           __keys.mailbox AS __mailbox_key, __keys.other_phone AS __other_phone_key
    FROM __keyed
), __refusing AS MATERIALIZED (
    -- One row per form of what is known of a row that refuses. Nobody knows in which form a hash was made, so an
    -- address has up to four keys, and a number two.
    SELECT unnest([__email_key, __written_key, __untagged_key, __mailbox_key]) AS __email_key,
           unnest([__phone_key, __other_phone_key]) AS __phone_key, __address_key, __uid_key
    FROM __rows
    WHERE __outcome = 'no consent' AND coalesce(__email_key, __phone_key, __address_key, __uid_key) IS NOT NULL
)
-- IN, because an anti join would be free to build its hash table from the other rows. Without a further condition: with
-- one in each of both places DuckDB would move them to where the rows are identified, and identify every row several
-- times.
FROM __rows
WHERE (__email_key IN (SELECT __email_key FROM __refusing)) IS NOT TRUE
  AND (__written_key IN (SELECT __email_key FROM __refusing)) IS NOT TRUE
  AND (__untagged_key IN (SELECT __email_key FROM __refusing)) IS NOT TRUE
  AND (__mailbox_key IN (SELECT __email_key FROM __refusing)) IS NOT TRUE
  AND (__phone_key IN (SELECT __phone_key FROM __refusing)) IS NOT TRUE
  AND (__other_phone_key IN (SELECT __phone_key FROM __refusing)) IS NOT TRUE
  AND (__address_key IN (SELECT __address_key FROM __refusing)) IS NOT TRUE
  AND (__uid_key IN (SELECT __uid_key FROM __refusing)) IS NOT TRUE;
