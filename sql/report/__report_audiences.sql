-- One row: the size and value of the audiences that were given.
CREATE MACRO audience.__report_audiences(members, scored) AS TABLE
WITH __none AS (
    -- One row per member; none, for no audiences are given. A key that is NULL can be compared with keys of any type.
    SELECT NULL::VARCHAR AS audience, NULL AS customer_id WHERE false
), __report_members AS MATERIALIZED (
    -- One row per row of the members, if their keys can be compared with those of the orders.
    SELECT audience, customer_id
    FROM query_table(coalesce(members, '__none')),
         audience.__comparable_keys('report', 'members and orders', coalesce(members, '__none'), scored)
    WHERE __is_comparable
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(scored) LIMIT 0)
), __report_known AS MATERIALIZED (
    -- One row per customer. Both keys have the type that they have in common, so that no other function is asked whether
    -- they can be compared.
    SELECT customer_id, lifecycle_stage, purchases, revenue, expected_revenue, customer_value FROM query_table(scored)
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(coalesce(members, '__none')) LIMIT 0)
), __audiences AS (
    -- One row per audience.
    FROM audience.audience_summary('__report_members', '__report_known')
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
