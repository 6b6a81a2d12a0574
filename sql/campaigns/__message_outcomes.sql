-- One row per message of a step: whether a purchase followed within the rule's window, the revenue of that window, and
-- whether it has ended by the date of `clock`. `known` has the check that has to be read first.
CREATE MACRO audience.__message_outcomes(
    caller,
    logged,
    steps,
    known,
    logs,
    clock
) AS TABLE
WITH __messages AS (
    -- One row per message.
    SELECT __logged.*, __conversion,
           __logged.__day + __conversion <= __as_of AS __ended
    FROM query_table(clock), query_table(known), query_table(logged) AS __logged
    JOIN query_table(steps) ON __rule = __name AND __number = __step AND __is_message
    WHERE __valid AND (__as_of IS NULL OR isfinite(__as_of))
), __days AS (
    -- One row per customer and day.
    SELECT __customer::VARCHAR AS __id, unnest(__log) AS __day FROM query_table(logs)
)
SELECT __messages.*,
       coalesce(bool_or(__days.__day.is_purchase), false) AS __converted,
       __audience_exact_sum(caller, __days.__day.revenue) AS __revenue
FROM __messages LEFT JOIN __days
    ON __messages.__id = __days.__id
   AND __days.__day.day BETWEEN __messages.__day AND __messages.__day + __conversion
GROUP BY ALL;
