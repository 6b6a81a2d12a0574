-- One row: customers and revenue per importance tier and lifecycle stage, with the sums of both.
CREATE MACRO audience.__report_value(orders, customers, as_of) AS TABLE
WITH __spent AS (
    -- One row per customer with revenue in the last 365 days.
    SELECT __customer, sum(__amount) AS __revenue FROM query_table(orders) WHERE __day > as_of - 365 GROUP BY __customer
), __cells AS (
    -- One row per tier and stage, per tier, per stage, and one for all.
    SELECT importance_tier AS __tier, lifecycle_stage AS __stage, count(*) AS __members,
           sum(__revenue) AS __revenue, sum(expected_revenue) AS __expected
    FROM query_table(customers) LEFT JOIN __spent ON customer_id = __customer
    GROUP BY CUBE (importance_tier, lifecycle_stage)
)
SELECT coalesce(list({
    'importance_tier': __tier::VARCHAR,
    'lifecycle_stage': __stage::VARCHAR,
    'customers': __members,
    'revenue_365_days': __revenue,
    'expected_revenue': __expected
} ORDER BY __tier NULLS LAST, __stage NULLS LAST), []) AS __rows
FROM __cells;
