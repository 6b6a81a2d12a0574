-- One row: the customers of each stage at the end of every month since `since`, from the first order on.
CREATE MACRO audience.__report_stages(orders, since, as_of) AS TABLE
WITH __months AS (
    -- One row per month and stage.
    SELECT period_end AS __end, lifecycle_stage AS __stage, customers AS __customers, share AS __share
    FROM audience.lifecycle_history(orders, __customer, __day, __amount, since := since, until := as_of)
)
SELECT coalesce(list({
    'period_end': __end,
    'lifecycle_stage': __stage::VARCHAR,
    'customers': __customers
} ORDER BY __end ASC, __stage ASC), []) AS __rows
FROM __months
WHERE __share IS NOT NULL;
