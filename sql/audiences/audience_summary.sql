-- The size and value of each audience: its members, what they have spent, what they are expected to spend, and the
-- shares who are Lost or Slipping Away. One row per audience that has a member, ordered by its name.
--
-- A member counts once per audience, however often the relation repeats them. A member without a row in the relation
-- customers, such as a contact who never bought, counts in the columns customers and share only. Customers in no
-- audience count in share only. members is read twice, so store a slow view as a table first.
--
-- Arguments:
-- - members: as in audience.audience_overlap
-- - customers: the quoted name of a relation with a row per customer, such as a table of what audience.customers gave,
--   with the columns customer_id, lifecycle_stage, purchases, revenue, expected_revenue and customer_value; rows
--   without a customer_id are ignored
--
-- Returns:
-- - audience: the audience
-- - customers: its members
-- - share: their share, 0 to 1, of all who are in customers or in an audience
-- - revenue: what they have spent so far, refunds included; NULL where none is known
-- - average_purchase_value: revenue per purchase of those whose revenue is known
-- - customer_value: the sum of their values: revenue so far plus expected revenue; NULL where none is known
-- - customer_value_mean: customer_value per member whose value is known
-- - expected_revenue: their expected revenue within 365 days; NULL where none is known
-- - lost_share: share, 0 to 1, of the members with a stage who are Lost; NULL where none has a stage
-- - slipping_share: share, 0 to 1, of the members with a stage who are Slipping Away; NULL where none has a stage
-- - bar: share as a bar; a full one of 20 characters means everybody
--
-- Errors:
-- - there are more than 1,000 audiences; a customer is in customers more than once; the message names the first
-- - a column adds up to more than a DOUBLE holds
-- - the types of customer_id in members and customers cannot be compared, such as INTEGER and VARCHAR
-- - a relation or a column does not exist, or a type does not fit: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE scored_customers AS
-- FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed');
-- CREATE TEMP TABLE stages_and_tiers AS
-- SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id FROM scored_customers;
-- SELECT audience, customers, share, revenue, expected_revenue, lost_share, bar
-- FROM audience.audience_summary('stages_and_tiers', 'scored_customers');
--
-- Source: counting; the values and stages are those of audience.customers.
CREATE MACRO audience.audience_summary(members, customers) AS TABLE
WITH __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys('audience_summary', 'members and customers', members, customers)
), __customers AS MATERIALIZED (
    -- One row per customer.
    SELECT customer_id AS __customer, lifecycle_stage AS __stage, purchases AS __purchases, revenue AS __revenue,
           expected_revenue AS __expected, customer_value AS __value
    FROM query_table(customers), __comparable
    WHERE customer_id IS NOT NULL AND __is_comparable
), __single AS MATERIALIZED (
    -- One row: true if that holds.
    FROM audience.__single_rows('__customers')
), __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__audiences('audience_summary', 'members', members)
), __members AS NOT MATERIALIZED (
    -- One row per row of the members, with a key of the type that both relations have in common.
    SELECT audience, customer_id FROM query_table(members), __comparable WHERE __is_comparable
    UNION ALL BY NAME
    (SELECT customer_id FROM query_table(customers) LIMIT 0)
), __known AS (
    -- One row per customer, with a key of that type.
    SELECT *, true AS __is_known FROM __customers
    UNION ALL BY NAME
    (SELECT customer_id AS __customer FROM query_table(members) LIMIT 0)
), __joined AS (
    -- One row per member, with what is known of them.
    FROM audience.__member_sets('audience_summary', '__members', '__audiences') LEFT JOIN __known USING (__customer)
), __summed AS MATERIALIZED (
    -- One row: the totals of all audiences.
    SELECT __audience_set_totals('audience_summary', __set, __purchases, __revenue, __value, __expected,
                                 __stage = 'Lost', __stage = 'Slipping Away') AS __totals,
           (SELECT count(*) FROM __customers) + count(*) FILTER (__is_known IS NULL) AS __everybody
    FROM __joined, __single
    WHERE __valid
), __numbered AS (
    -- One row per audience.
    SELECT unnest(__totals) AS __total, generate_subscripts(__totals, 1) - 1 AS __number, __everybody FROM __summed
)
SELECT
    __audience AS audience,
    __total.customers,
    __total.customers / __everybody AS share,
    __total.revenue,
    __total.revenue / nullif(__total.purchases, 0) AS average_purchase_value,
    __total.customer_value,
    __total.customer_value / nullif(__total.valued, 0) AS customer_value_mean,
    __total.expected_revenue,
    __total.lost / nullif(__total.staged, 0) AS lost_share,
    __total.slipping / nullif(__total.staged, 0) AS slipping_share,
    bar(__total.customers / __everybody, 0, 1, 20) AS bar
FROM __numbered JOIN __audiences USING (__number)
ORDER BY __number;
