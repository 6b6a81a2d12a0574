-- One row: the size and value of the audiences that were given, and what they buy more than others. All keys have the
-- type that they have in common, so that no other function is asked whether they can be compared.
CREATE MACRO audience.__report_audiences(
    orders,
    scored,
    members,
    lines,
    as_of
) AS TABLE
WITH __report_members AS MATERIALIZED (
    -- One row per row of the members, if their keys can be compared with those of the orders.
    SELECT audience, customer_id
    FROM query_table(members), audience.__comparable_keys('report', 'members and orders', members, scored)
    WHERE __is_comparable
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(scored) LIMIT 0)
), __report_known AS MATERIALIZED (
    -- One row per customer.
    SELECT customer_id, lifecycle_stage, purchases, revenue, expected_revenue, customer_value FROM query_table(scored)
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(members) LIMIT 0)
), __report_bought AS MATERIALIZED (
    -- One row per order row.
    FROM query_table(orders) UNION ALL BY NAME (SELECT customer_id AS __customer FROM query_table(members) LIMIT 0)
), __report_lines AS MATERIALIZED (
    -- One row per order line, if their keys can be compared with those of the members.
    SELECT customer_id, order_date, product
    FROM query_table(lines), audience.__comparable_keys('report', 'members and lines', members, lines)
    WHERE __is_comparable
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(members) UNION ALL SELECT customer_id FROM query_table(scored) LIMIT 0)
), __products AS (
    -- One row per audience with products of which it is sure that they are no chance: the three surest.
    SELECT audience, string_agg(product::VARCHAR, ' · ' ORDER BY q_value ASC, lift DESC, product ASC) AS __products
    FROM audience.audience_products('__report_members', '__report_lines', customer_id, order_date, product,
                                    as_of := coalesce(as_of, current_date), top := 3)
    WHERE q_value < 0.05 AND lift > 1
    GROUP BY audience
), __audiences AS (
    -- One row per audience.
    FROM audience.audience_summary('__report_members', '__report_known', orders := '__report_bought',
                                   order_customer_id := __customer, order_date := __day, amount := __amount,
                                   as_of := as_of)
)
SELECT coalesce(list({
    'audience': __audiences.audience,
    'customers': customers,
    'share': share,
    'revenue_365_days': revenue_365_days,
    'expected_revenue': expected_revenue,
    'slipping_share': slipping_share,
    'lost_share': lost_share,
    'products': __products
} ORDER BY __audiences.audience ASC), []) AS __rows
FROM __audiences LEFT JOIN __products ON __products.audience = __audiences.audience;
