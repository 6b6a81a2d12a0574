-- One row per contact up to as_of: the earliest known day of subscription and the latest. A row without a finite day
-- has always existed.
CREATE MACRO audience.__contacts(
    caller,
    contacts,
    contact_id,
    subscribed_at,
    as_of
) AS TABLE
WITH __rows AS (
    -- One row per row of the contacts.
    SELECT audience.__column(caller, 'contact_id', contact_id, __row) AS __customer,
           audience.__date_column(caller, 'subscribed_at', subscribed_at, __row) AS __date
    FROM query_table(contacts) AS __row
), __dated AS (
    -- One row per row of the contacts; an infinite day is not known.
    SELECT __customer, CASE WHEN isfinite(__date) THEN __date END AS __day FROM __rows
)
SELECT __customer, min(__day) AS __subscribed, max(__day) AS __latest, true AS __has_contact
FROM __dated
WHERE __customer IS NOT NULL AND (__day IS NULL OR __day <= audience.__until(caller, as_of))
GROUP BY __customer;
