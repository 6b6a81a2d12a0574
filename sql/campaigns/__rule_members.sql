-- One row per customer who belongs to an audience that a rule of `rule_table` may name: the key as text, and the
-- audiences. None where no rule names one.
CREATE MACRO audience.__rule_members(members, rule_table) AS TABLE
WITH __none AS (
    -- One row per member; none.
    SELECT NULL::VARCHAR AS audience, NULL::VARCHAR AS customer_id WHERE false
), __given AS (
    -- One row per member.
    SELECT __row.audience::VARCHAR AS __audience, __row.customer_id::VARCHAR AS __member
    FROM query_table(coalesce(members, '__none')) AS __row
)
SELECT __member, list(DISTINCT __audience) AS __audiences
FROM __given, query_table(rule_table)
WHERE __name_audience AND __member IS NOT NULL AND __audience IS NOT NULL
GROUP BY __member;
