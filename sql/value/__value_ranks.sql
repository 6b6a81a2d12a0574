-- One row per customer of __valued: the rank by value, NULL without one, and the value of all down to it. Narrow rows
-- are ranked and joined again, because a window sorts and stores all columns that it is given.
CREATE MACRO audience.__value_ranks(valued) AS TABLE
WITH __worth AS (
    -- One row per customer with a purchase.
    SELECT __customer, __value.customer_value AS __worth FROM query_table(valued)
)
SELECT __customer, CASE WHEN __worth IS NOT NULL THEN rank() OVER __by_value END AS __rank,
       sum(__worth) OVER __by_value AS __cumulative
FROM __worth
WINDOW __by_value AS (ORDER BY __worth DESC NULLS LAST);
