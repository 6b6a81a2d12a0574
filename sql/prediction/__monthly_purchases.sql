-- One row per month of the year in which anybody bought, of the shop and of each label: its purchases, and the sum of
-- the squares of the customers' purchases, from which follows how far chance decides. A customer's rows of a day are
-- one.
CREATE MACRO audience.__monthly_purchases(rows, clock) AS TABLE
WITH __bought AS (
    -- One row per customer and month of the year, of the shop and of each label: on how many days they bought.
    SELECT __label, grouping(__label) = 1 AS __is_shop, __customer, month(__day) AS __month,
           count(DISTINCT __day) AS __days
    FROM query_table(rows), query_table(clock)
    WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= __as_of
      AND coalesce(__amount >= 0 OR __amount = '-infinity'::DOUBLE, true)
    GROUP BY GROUPING SETS ((__label, __customer, __month), (__customer, __month))
)
SELECT __label, __is_shop, __month, sum(__days)::BIGINT AS __purchases, sum(__days * __days) AS __squares
FROM __bought
WHERE __is_shop OR __label IS NOT NULL
GROUP BY __label, __is_shop, __month;
