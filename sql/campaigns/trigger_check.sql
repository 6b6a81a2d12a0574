-- Lists what is wrong with a table of trigger rules: errors, which every function that takes rules refuses, and
-- warnings, some of which the default rules have on purpose. No row means no problem.
--
-- Arguments:
-- - rules: the quoted name of a relation with the columns of audience.triggers; default the rules of audience.triggers
--
-- Returns:
-- - name: the rule; NULL for a problem of the whole table
-- - severity: error or warning
-- - problem: what is wrong
--
-- Errors: a column of audience.triggers is missing or of another type: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE my_rules AS
-- SELECT * REPLACE (if(name = 'New', -1, silence_days) AS silence_days) FROM audience.triggers();
-- SELECT * FROM audience.trigger_check(rules := 'my_rules') WHERE severity = 'error';
--
-- Source: the checks are the project's own.
CREATE MACRO audience.trigger_check(rules := NULL) AS TABLE
WITH __found AS (
    -- One row per problem.
    SELECT unnest(__audience_trigger_check('trigger_check', __rules)) AS __problem
    FROM audience.__rule_table('trigger_check', rules)
)
SELECT __problem.name AS name, __problem.severity AS severity, __problem.problem AS problem
FROM __found
ORDER BY severity, name NULLS FIRST, problem;
