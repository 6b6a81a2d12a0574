-- One row per audience that has a member or a definition, in their order and numbered from 0; see __audiences.
CREATE MACRO audience.__listed_audiences(caller, members, definitions) AS TABLE
WITH __none AS (
    -- One row per definition; none, for none are given.
    SELECT audience AS name FROM query_table(members) WHERE false
), __listed AS (
    -- One row per row of the members that has one, and per definition.
    SELECT audience, true AS customer_id FROM query_table(members) WHERE customer_id IS NOT NULL
    UNION ALL
    SELECT name, true FROM query_table(coalesce(definitions, '__none'))
)
FROM audience.__audiences(caller, 'members', '__listed');
