-- One row per step from one purchase to the next, ordered by their number: the columns that analysts see.
CREATE MACRO audience.__order_gap_rows(found) AS TABLE
WITH __rows AS (
    -- One row per step.
    SELECT unnest(__gaps) AS __gap FROM query_table(found)
)
SELECT
    __gap.purchase_number,
    __gap.customers_at_risk,
    __gap.customers_converted,
    __gap.share_30_days,
    __gap.share_60_days,
    __gap.share_90_days,
    __gap.share_180_days,
    __gap.share_365_days,
    __gap.p25_days,
    __gap.median_days,
    __gap.p75_days,
    __gap.naive_p25_days,
    __gap.naive_median_days,
    __gap.naive_p75_days
FROM __rows
ORDER BY __gap.purchase_number ASC;
