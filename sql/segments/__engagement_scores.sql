-- One row per contact or customer with an event up to the day of the orders, or without orders that of the latest
-- event: the sum of the events' scores. `everyone` has who counts, `fit` the day of the orders, `given` is
-- __given_events.
CREATE MACRO audience.__engagement_scores(
    caller,
    events,
    contact_id,
    event_at,
    event_kind,
    kinds,
    everyone,
    fit,
    given
) AS TABLE
WITH __none AS (
    -- One row per event; none, for none are given.
    SELECT true AS nothing WHERE false
), __today AS MATERIALIZED (
    -- One row: the day.
    SELECT coalesce(__as_of, __latest) AS __today FROM query_table(fit), query_table(given)
), __named AS MATERIALIZED (
    -- One row: the kinds of the analyst's own names.
    FROM audience.__event_kinds(caller, kinds)
), __events AS (
    -- One row per event of a contact or customer.
    SELECT __everyone.__customer, audience.__date_column(caller, 'event_at', event_at, __event) AS __day,
           coalesce(map_extract(__kinds, lower(event_kind::VARCHAR))[1],
                    audience.__column(caller, 'event_kind', event_kind, __event)::VARCHAR) AS __kind
    FROM query_table(coalesce(events, '__none')) AS __event
    JOIN query_table(everyone) AS __everyone
        ON __everyone.__customer = audience.__column(caller, 'event_contact_id', contact_id, __event),
         __named
)
SELECT __customer, __audience_exact_sum(caller, __audience_event_score(caller, __kind, __today - __day)) AS __score
FROM __events, __today
WHERE isfinite(__day) AND __day <= __today
GROUP BY __customer;
