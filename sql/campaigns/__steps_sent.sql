-- One row per message of a customer: what the log has up to the day of `clock`. A row that is repeated was sent once,
-- and unsubscribing is no message.
CREATE MACRO audience.__steps_sent(log, steps, clock) AS TABLE
WITH __none AS (
    -- One row per message; none, for nothing was sent yet.
    SELECT NULL::VARCHAR AS customer_id, NULL::VARCHAR AS rule, NULL::INTEGER AS step, NULL::TIMESTAMP AS sent_at
    WHERE false
), __logged AS (
    -- One row per row of the log.
    SELECT __log.customer_id::VARCHAR AS __id, __log.rule AS __sent_rule, __log.step AS __sent_step,
           audience.__day(__log.sent_at) AS __sent_day
    FROM query_table(coalesce(log, '__none')) AS __log
)
SELECT DISTINCT __id, __sent_rule, __sent_step, __sent_day
FROM __logged
JOIN query_table(clock) ON __sent_day <= __as_of
LEFT JOIN query_table(steps) ON __sent_rule = __rule AND __sent_step = __number
WHERE coalesce(__is_message, true);
