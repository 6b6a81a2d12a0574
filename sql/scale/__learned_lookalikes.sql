-- One row: what the parts of a step say together; NULL for all but the step's.
CREATE MACRO audience.__learned_lookalikes(caller, parts, agreed) AS TABLE
WITH __states AS MATERIALIZED (
    -- One row per part.
    SELECT __agreed.step AS __learned, __part.state AS __state, __part.customers AS __here
    FROM query_table(parts), query_table(agreed)
)
SELECT (SELECT __audience_intent_weights_merged(caller, __state) FROM __states WHERE __learned = 'weights')
           AS __new_weights,
       (SELECT sum(__here)::BIGINT FROM __states WHERE __learned = 'weights') AS __new_customers,
       (SELECT CASE WHEN count(*) > 0 THEN __audience_lookalike_fit_merged(caller, __state) END
        FROM __states WHERE __learned = 'fit') AS __new_fit;
