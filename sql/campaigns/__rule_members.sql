-- One row per customer who belongs to an audience that a rule of `rule_table` may name: the key as text, and the
-- audiences. None where no rule names one.
CREATE MACRO audience.__rule_members(caller, members, rule_table) AS TABLE
WITH __none AS (
    -- One row per member; none.
    SELECT NULL::VARCHAR AS audience, NULL::VARCHAR AS customer_id WHERE false
), __given AS (
    -- One row per member.
    SELECT __row.audience::VARCHAR AS __audience, __row.customer_id::VARCHAR AS __member
    FROM query_table(coalesce(members, '__none')) AS __row
), __named AS (
    -- One row per audience that a rule names.
    SELECT unnest(__named_audiences) AS __name FROM query_table(rule_table)
), __alike AS (
    -- One row: an audience without members, and one with members that is nearly called the same.
    SELECT any_value({'name': __name, 'like': __audience}) AS __both
    FROM (FROM __named ANTI JOIN __given ON __audience = __name)
    JOIN (SELECT DISTINCT __audience FROM __given) ON damerau_levenshtein(lower(__name), lower(__audience)) <= 1
), __spelt AS (
    -- One row: whether a rule names an audience. Nobody may belong to one today, but a slip is told.
    SELECT CASE WHEN __both IS NULL THEN __name_audience
                ELSE audience.__refused(caller, concat(
                    'members has no audience ', __both.name, ', which a rule names; did you mean ', __both.like, '?'))
                END AS __name_audience
    FROM __alike, query_table(rule_table)
)
SELECT __member, list(DISTINCT __audience) AS __audiences
FROM __given, __spelt
WHERE __name_audience AND __member IS NOT NULL AND __audience IS NOT NULL
GROUP BY __member;
