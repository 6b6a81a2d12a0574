-- One row: the `most` most valuable customers who are slipping away.
CREATE MACRO audience.__report_slipping(customers, most) AS TABLE
WITH __first AS (
    -- One row per customer that is shown.
    SELECT *, row_number() OVER (ORDER BY customer_value DESC NULLS LAST, customer_id ASC) AS __place
    FROM query_table(customers)
    WHERE lifecycle_stage = 'Slipping Away'
    QUALIFY __place <= most
)
SELECT coalesce(list({
    'customer_id': customer_id::VARCHAR,
    'importance_tier': importance_tier::VARCHAR,
    'purchases': purchases,
    'revenue': revenue,
    'expected_revenue': expected_revenue,
    'last_order_date': last_order_date,
    'reason': reason
} ORDER BY __place ASC), []) AS __rows
FROM __first;
