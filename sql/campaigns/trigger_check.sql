-- Lists what is wrong with a table of trigger rules: errors, which every function that takes rules refuses, and
-- warnings, some of which the default rules have on purpose. No row means no problem.
--
-- Arguments:
-- - rules: the quoted name of a relation with the columns of audience.triggers, and any of the four more that are
--   described there; default the rules of audience.triggers
-- - labels: as in audience.customers
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
CREATE MACRO audience.trigger_check(rules := NULL, labels := 'enum') AS TABLE
WITH __found AS (
    -- One row per problem.
    SELECT unnest(__audience_trigger_check('trigger_check', __rules)) AS __problem
    FROM audience.__rule_table('trigger_check', rules)
), __enum AS NOT MATERIALIZED (
    -- One row per problem.
    SELECT __problem.name AS name, __problem.severity AS severity, __problem.problem AS problem
    FROM __found
    ORDER BY severity ASC, name ASC NULLS FIRST, problem ASC
), __text AS NOT MATERIALIZED (
    -- One row per problem, with labels that every database can store.
    SELECT * REPLACE (severity::VARCHAR AS severity) FROM __enum
)
FROM query_table(audience.__labels('trigger_check', labels));
