-- One row: true if no row of `rows` has a NULL and no member is repeated; otherwise the error of
-- audience.audience_changes names the first. `differing` has the customers who differ or are repeated.
CREATE MACRO audience.__members_checked(rows, differing) AS TABLE
WITH __faulty AS (
    -- One row per member, in the audience or without one, that is wrong.
    SELECT __argument, audience AS __audience, customer_id AS __customer, count(*) AS __times
    FROM query_table(rows)
    WHERE audience IS NULL OR customer_id IS NULL
    GROUP BY ALL
    UNION ALL
    SELECT __argument, audience, customer_id, count(*)
    FROM query_table(rows) SEMI JOIN (FROM query_table(differing) WHERE __is_repeated) ON customer_id = __customer
    WHERE audience IS NOT NULL
    GROUP BY ALL
    HAVING count(*) > 1
), __faults AS (
    -- One row per argument that has such members.
    SELECT __argument,
           sum(__times) FILTER (__audience IS NULL OR __customer IS NULL) AS __missing,
           min(__audience) FILTER (__customer IS NULL) AS __missing_in,
           count(*) AS __repeated,
           min({'audience': __audience, 'customer': __customer}) AS __first
    FROM __faulty
    GROUP BY __argument
), __messages AS (
    -- One row per such argument, with what is wrong.
    SELECT CASE WHEN __missing > 0
                THEN concat(__argument, ' has a NULL audience or customer_id in ',
                            audience.__counted(__missing, 'row', 'rows'), ', the first in audience ' || __missing_in)
                ELSE concat(__argument, ' has ', audience.__counted(__repeated, 'member', 'members'),
                            ' more than once, the first is ',
                            __audience_shown('audience_changes', __first.customer::VARCHAR), ' in audience ',
                            __first.audience)
           END AS __message
    FROM __faults
)
SELECT CASE WHEN count(__message) > 0
            THEN audience.__refused('audience_changes', string_agg(__message, '; ' ORDER BY __message DESC))
            ELSE true END AS __valid
FROM __messages;
