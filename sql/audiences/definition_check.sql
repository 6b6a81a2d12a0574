-- Lists what is wrong with a table of audience definitions: errors, which audience.members refuses, and warnings. No
-- row means that the definitions can be used. Only audience.members can tell whether their columns exist.
--
-- Arguments:
-- - definitions: as in audience.members
-- - labels: as in audience.customers
--
-- Returns:
-- - name: the audience
-- - severity: error or warning
-- - path: where in the definition, as DuckDB's JSON functions read it: json_extract(definition, path)
-- - problem: what is wrong
--
-- Errors: the relation has no column name or definition: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE drafts AS FROM (VALUES
--     ('VIPs', '{"column": "importance_tier", "=": "VIP"}'),
--     ('Lost VIPs', '{"all": [{"audience": "VIP"}, {"column": "lifecycle_stage", "eq": "Lost"}]}'),
--     ('Mid spenders', '{"column": "revenue", "between": [500, 100]}')) AS v(name, definition);
-- FROM audience.definition_check('drafts');
--
-- Source: the checks are the project's own.
CREATE MACRO audience.definition_check(definitions, labels := 'enum') AS TABLE
WITH __found AS (
    -- One row per finding.
    SELECT unnest(__audience_definition_check('definition_check', __table)) AS __finding
    FROM audience.__definition_table('definition_check', definitions)
), __enum AS NOT MATERIALIZED (
    -- One row per problem.
    SELECT __finding.name AS name, __finding.severity AS severity, __finding.path AS path, __finding.problem AS problem
    FROM __found
    ORDER BY __finding.severity ASC, __finding.name ASC NULLS FIRST, __finding.path ASC, __finding.problem ASC
), __text AS NOT MATERIALIZED (
    -- One row per problem, with labels that every database can store.
    SELECT * REPLACE (severity::VARCHAR AS severity) FROM __enum
)
FROM query_table(audience.__labels('definition_check', labels));
