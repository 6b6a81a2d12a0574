-- How many customers moved from which stage to which between two dates, each stage judged by what was known then.
CREATE MACRO audience.lifecycle_transitions(orders, customer_id, order_date, since, until, filter := true, just_ordered_days := 30, amount := NULL) AS TABLE
WITH __counts AS (
    SELECT __from, __lifecycle.lifecycle_stage AS __to, count(*) AS __customers
    FROM audience.__stage_changes('lifecycle_transitions', orders, customer_id, order_date, amount, since, until, filter, just_ordered_days)
    GROUP BY ALL
)
SELECT __from AS from_stage, __to AS to_stage, __customers AS customers,
       __customers / sum(__customers) OVER (PARTITION BY __from) AS share
FROM __counts
ORDER BY from_stage NULLS FIRST, to_stage;
