-- One row: whether a relation of events was given, and the latest day of an event.
CREATE MACRO audience.__given_events(
    caller,
    events,
    contact_id,
    event_at,
    kinds
) AS TABLE
WITH __none AS (
    -- One row per event; none, for none are given.
    SELECT true AS nothing WHERE false
), __dated AS (
    -- One row per event.
    SELECT typeof(contact_id) = '"NULL"' OR typeof(event_at) = '"NULL"' AS __is_incomplete,
           audience.__date_column(caller, 'event_at', event_at, __event) AS __day
    FROM query_table(coalesce(events, '__none')) AS __event
), __found AS (
    -- One row: the same, before the check.
    SELECT events IS NOT NULL AS __has_events, any_value(__is_incomplete) AS __is_incomplete,
           max(__day) FILTER (isfinite(__day) AND __day <= current_date) AS __latest
    FROM __dated
)
SELECT CASE WHEN __has_events AND __is_incomplete
            THEN audience.__refused(caller, 'events needs event_contact_id, event_at and event_kind')
            WHEN NOT __has_events AND typeof(kinds) <> '"NULL"'
            THEN audience.__refused(caller, 'kinds needs events, whose kinds it names')
            ELSE __has_events END AS __has_events,
       __latest
FROM __found;
