-- One row: what the parts of a step say together; NULL for all but the step's.
CREATE MACRO audience.__learned_intent(caller, parts, given, agreed) AS TABLE
WITH __states AS MATERIALIZED (
    -- One row per part, where the counts fit into memory.
    SELECT __agreed.step AS __learned, __part.state AS __state
    FROM query_table(parts), query_table(agreed), query_table(given)
    WHERE audience.__intent_counts_fit(caller, coalesce(__product_count, 0), coalesce(__label_count, 0))
)
SELECT (SELECT __audience_intent_weights_merged(caller, __state) FROM __states WHERE __learned = 'weights')
           AS __new_weights,
       (SELECT CASE WHEN count(*) > 0 THEN __audience_intent_scales_merged(caller, __state) END
        FROM __states WHERE __learned = 'scales') AS __new_scales,
       (SELECT CASE WHEN count(*) > 0 THEN __audience_intent_calibration_merged(caller, __state) END
        FROM __states WHERE __learned = 'calibration') AS __new_calibration;
