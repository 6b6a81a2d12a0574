-- One row: what the customers of each importance tier and lifecycle stage bring, and how much of it is at risk.
CREATE MACRO audience.__report_value(orders, as_of, season) AS TABLE
WITH __cells AS (
    -- One row per tier and stage, per tier, per stage, and one for all.
    FROM audience.value_risk(orders, __customer, __day, __amount, as_of := as_of, season := season)
)
SELECT list({
    'importance_tier': importance_tier::VARCHAR,
    'lifecycle_stage': lifecycle_stage::VARCHAR,
    'customers': customers,
    'revenue_365_days': revenue_365_days,
    'expected_revenue': expected_revenue,
    'expected_revenue_at_risk': expected_revenue_at_risk
} ORDER BY importance_tier ASC NULLS LAST, lifecycle_stage ASC NULLS LAST) AS __rows
FROM __cells;
