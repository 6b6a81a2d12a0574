-- One row per customer and rule that a model judges and that the customer has met in the present silence: the silence
-- on the first day on which all of it holds, and the usual gap. No row, and no model, where no rule is judged.
CREATE MACRO audience.__rules_met(
    caller,
    histories,
    rule_table,
    as_of,
    model
) AS TABLE
WITH __asked AS (
    -- One row: the rules, if one is judged.
    SELECT __rules FROM query_table(rule_table) WHERE __are_judged
), __judged AS MATERIALIZED (
    -- One row per customer. Their gaps teach nothing here: stages are judged by MBG/NBD alone.
    SELECT __customer, __history, __gaps AS __packed, NULL::BLOB AS __gaps, __latest
    FROM query_table(histories), __asked
    WHERE __history IS NOT NULL
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit(caller, '__judged', as_of, model)
), __met AS (
    -- One row per customer.
    SELECT __customer, __history,
           __audience_rules_met(caller, __history, __packed, __rules, __model, __as_of) AS __rules_met
    FROM __judged, __asked, __fit
), __found AS (
    -- One row per customer and rule that was met.
    SELECT __customer, __history, unnest(__rules_met) AS __found FROM __met
)
SELECT __customer, __history, __found.rule AS __met_rule, __found.silence_days AS __met_after,
       __found.usual_gap_days AS __usual_gap
FROM __found;
