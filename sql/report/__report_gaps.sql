-- One row: how long customers take to the second, third and fourth purchase, where ten or more have made the one
-- before.
CREATE MACRO audience.__report_gaps(orders, as_of) AS TABLE
WITH __steps AS (
    -- One row per such purchase.
    FROM audience.order_gaps(orders, __customer, __day, amount := __amount, as_of := as_of)
    WHERE purchase_number <= 4 AND customers_at_risk >= 10 AND customers_converted > 0
)
SELECT coalesce(list({
    'purchase_number': purchase_number,
    'customers_at_risk': customers_at_risk,
    'customers_converted': customers_converted,
    'share_30_days': share_30_days,
    'share_60_days': share_60_days,
    'share_90_days': share_90_days,
    'share_180_days': share_180_days,
    'share_365_days': share_365_days,
    'median_days': median_days
} ORDER BY purchase_number ASC), []) AS __rows
FROM __steps;
