-- One row: the size and value of the audiences that were given.
CREATE MACRO audience.__report_audiences(members, customers) AS TABLE
WITH __audiences AS (
    -- One row per audience.
    FROM audience.audience_summary(members, customers)
)
SELECT coalesce(list({
    'audience': audience,
    'customers': __audiences.customers,
    'share': share,
    'revenue': revenue,
    'expected_revenue': expected_revenue,
    'lost_share': lost_share,
    'slipping_share': slipping_share
} ORDER BY audience), []) AS __rows
FROM __audiences;
