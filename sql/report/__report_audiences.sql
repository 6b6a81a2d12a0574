-- One row: the size and value of the audiences that were given.
CREATE MACRO audience.__report_audiences(members, scored) AS TABLE
WITH __report_members AS MATERIALIZED (
    -- One row per row of the members, if their keys can be compared with those of the orders, whose type they get.
    SELECT audience, customer_id
    FROM query_table(members), audience.__comparable_keys('report', 'members and orders', members, scored)
    WHERE __is_comparable
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(scored) LIMIT 0)
), __audiences AS (
    -- One row per audience.
    FROM audience.audience_summary('__report_members', scored)
)
SELECT coalesce(list({
    'audience': audience,
    'customers': customers,
    'share': share,
    'revenue': revenue,
    'expected_revenue': expected_revenue,
    'slipping_share': slipping_share,
    'lost_share': lost_share
} ORDER BY audience), []) AS __rows
FROM __audiences;
