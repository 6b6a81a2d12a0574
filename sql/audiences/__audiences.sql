-- One row per audience that has a member, in their order and numbered from 0; at most 1,000, because a table of pairs
-- is made of them. `argument` is what an error names.
CREATE MACRO audience.__audiences(caller, argument, members) AS TABLE
WITH __rows AS (
    -- One row per row of the members.
    SELECT audience AS __audience, customer_id AS __customer FROM query_table(members)
), __distinct AS MATERIALIZED (
    -- One row per audience.
    SELECT DISTINCT __audience FROM __rows WHERE __audience IS NOT NULL AND __customer IS NOT NULL
), __counted AS MATERIALIZED (
    -- One row: true if they are not too many.
    SELECT CASE WHEN count(*) > 1000
                THEN audience.__refused(caller, concat(argument, ' must have at most 1,000 audiences, got ', count(*)))
                ELSE true END AS __valid
    FROM __distinct
)
SELECT __audience, (row_number() OVER (ORDER BY __audience ASC) - 1)::INTEGER AS __number
FROM __distinct, __counted
WHERE __valid;
