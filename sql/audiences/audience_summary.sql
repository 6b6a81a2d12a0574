-- The size and value of each audience: its members, what they have spent, what they are expected to spend, and the
-- shares who are Lost or Slipping Away. One row per audience that has a member, ordered by its name; with definitions
-- also one per audience without a member. With orders also what the members bought on the last 365 days.
--
-- A member counts once per audience, however often the relation repeats them. A member without a row in the relation
-- customers, such as a contact who never bought, counts in the columns customers and share only. Customers in no
-- audience count in share only. members is read twice, and a third time with interests, so store a slow view as a
-- table first.
--
-- Arguments:
-- - members: as in audience.audience_overlap
-- - customers: the quoted name of a relation with a row per customer, such as a table of what audience.customers gave,
--   with the columns customer_id, lifecycle_stage, purchases, revenue, expected_revenue and customer_value; rows
--   without a customer_id are ignored
-- - definitions: the quoted name of a relation with the column name, such as that which audience.members was given: its
--   audiences have a row also without a member; default: none
-- - orders: the quoted name of a relation of orders; default: none, and the columns of the last 365 days are NULL
-- - order_customer_id, order_date, amount: expressions over the orders, as in audience.customers; amount may be left
--   out
-- - as_of, filter: as in audience.customers, for the orders
-- - interests: the quoted name of a relation with the columns label, customer_id and expected_revenue, such as a table
--   of what audience.interests gave with amount: what is expected of an audience whose name is that of a label, for its
--   own products; default: none, and expected_label_revenue is NULL
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
-- - purchases_365_days: days with an order of a member on the last 365 days
-- - revenue_365_days: revenue of the members on these days, refunds included; NULL where no amount is known
-- - purchases_per_member: purchases_365_days per member
-- - average_purchase_value_365_days: revenue_365_days per purchase of these days
-- - churned_share: share, 0 to 1, of the members with a purchase on the 365 days before who have made none since; NULL
--   where there are none
-- - expected_label_revenue: what the members are expected to spend on the label that is named as the audience, within
--   the horizon of interests; members without a row of the label add nothing; NULL where no label is named so
--
-- Errors:
-- - there are more than 1,000 audiences; a customer is in customers more than once; the message names the first
-- - a column adds up to more than a DOUBLE holds
-- - interests has more than one row of a label and a member
-- - orders is given without order_customer_id or order_date, or as_of without orders; orders has an error that
--   audience.customers names
-- - the types of customer_id in members, customers, orders and interests cannot be compared, such as INTEGER and
--   VARCHAR
-- - a relation or a column does not exist, or a type does not fit: DuckDB's own message
--
-- Example:
-- CREATE TEMP TABLE scored_customers AS
-- FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed');
-- CREATE TEMP TABLE stages_and_tiers AS
-- SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id FROM scored_customers;
-- SELECT audience, customers, share, revenue, expected_revenue, revenue_365_days, churned_share, bar
-- FROM audience.audience_summary('stages_and_tiers', 'scored_customers', orders := 'orders',
--                                order_customer_id := customer_id, order_date := order_date, amount := amount,
--                                filter := status = 'completed');
--
-- Source: counting; the values and stages are those of audience.customers.
CREATE MACRO audience.audience_summary(
    members,
    customers,
    definitions := NULL,
    orders := NULL,
    order_customer_id := NULL,
    order_date := NULL,
    amount := NULL,
    as_of := NULL,
    filter := true,
    interests := NULL
) AS TABLE
WITH __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared. The day is checked here: without orders nothing else reads it.
    SELECT __is_comparable AND audience.__until_orders('audience_summary', as_of, orders) AS __is_comparable
    FROM audience.__comparable_keys('audience_summary', 'members and customers', members, customers)
), __customers AS MATERIALIZED (
    -- One row per customer.
    SELECT customer_id AS __customer, lifecycle_stage AS __stage, purchases AS __purchases, revenue AS __revenue,
           expected_revenue AS __expected, customer_value AS __value
    FROM query_table(customers), __comparable
    WHERE customer_id IS NOT NULL AND __is_comparable
), __audiences AS MATERIALIZED (
    -- One row per audience.
    FROM audience.__listed_audiences('audience_summary', members, definitions)
), __members AS NOT MATERIALIZED (
    -- One row per row of the members, with a key of the type that both relations have in common.
    SELECT audience, customer_id FROM query_table(members), __comparable WHERE __is_comparable
    UNION ALL BY NAME (SELECT customer_id FROM query_table(customers) LIMIT 0)
), __known AS (
    -- One row per customer, with a key of that type.
    SELECT *, true AS __is_known FROM __customers
    UNION ALL BY NAME
    (SELECT customer_id AS __customer FROM query_table(members) LIMIT 0)
), __sets AS MATERIALIZED (
    -- One row per member.
    FROM audience.__member_sets('audience_summary', '__members', '__audiences')
), __summed AS MATERIALIZED (
    -- One row: the totals of all audiences.
    SELECT __audience_set_totals('audience_summary', __set, __purchases, __revenue, __value, __expected,
                                 __stage = 'Lost', __stage = 'Slipping Away') AS __totals,
           (SELECT count(*) FROM __customers) + count(*) FILTER (__is_known IS NULL) AS __everybody
    FROM __sets LEFT JOIN __known USING (__customer), audience.__single_rows('__customers')
    WHERE __valid
), __numbered AS (
    -- One row per audience.
    SELECT *, __totals[__number + 1] AS __total, coalesce(__totals[__number + 1].customers, 0) AS __count
    FROM __summed, __audiences
    LEFT JOIN audience.__year_totals('audience_summary', '__sets', orders, order_customer_id, order_date, amount, as_of,
                                     filter) USING (__number)
    LEFT JOIN audience.__label_revenue('audience_summary', '__members', '__audiences', interests) USING (__number)
)
SELECT
    __audience AS audience,
    __count AS customers,
    __count / nullif(__everybody, 0) AS share,
    CASE WHEN __count = 0 THEN 0 ELSE __total.revenue END AS revenue,
    __total.revenue / nullif(__total.purchases, 0) AS average_purchase_value,
    CASE WHEN __count = 0 THEN 0 ELSE __total.customer_value END AS customer_value,
    __total.customer_value / nullif(__total.valued, 0) AS customer_value_mean,
    CASE WHEN __count = 0 THEN 0 ELSE __total.expected_revenue END AS expected_revenue,
    __total.lost / nullif(__total.staged, 0) AS lost_share,
    __total.slipping / nullif(__total.staged, 0) AS slipping_share,
    bar(coalesce(__count / nullif(__everybody, 0), 0), 0, 1, 20) AS bar,
    __year_purchases AS purchases_365_days,
    __year_revenue AS revenue_365_days,
    __year_purchases / nullif(__count, 0) AS purchases_per_member,
    __year_revenue / nullif(__year_purchases, 0) AS average_purchase_value_365_days,
    __churned_share AS churned_share,
    __label_revenue AS expected_label_revenue
FROM __numbered
ORDER BY __number ASC;
