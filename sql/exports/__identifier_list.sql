-- One row per person: the hash of the address, or of the number where numbers are listed, in the order of the texts.
CREATE MACRO audience.__identifier_list(
    caller,
    contacts,
    consent,
    consent_per,
    email := NULL,
    phone := NULL,
    country := NULL
) AS TABLE
WITH __once AS (
    -- One row per row to export, as in audience.google_customer_match, which says why.
    SELECT min(coalesce(__email, __phone)) AS __identifier
    FROM audience.__consented(caller, contacts, consent, consent_per, email := email, phone := phone,
                              country := country)
    GROUP BY __key
    HAVING count(__key) > 0
    ORDER BY __identifier ASC
)
SELECT hash_identifier(__identifier) AS __hash FROM __once;
