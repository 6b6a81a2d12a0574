-- One row per audience with a member, numbered from 0: what its members bought on the last 365 days up to as_of, and
-- the share of the buyers of the 365 days before who have bought nothing since. No row where no orders were given.
-- `member_sets` is that of __member_sets.
CREATE MACRO audience.__year_totals(
    caller,
    member_sets,
    orders,
    order_customer_id,
    order_date,
    amount,
    as_of,
    filter
) AS TABLE
WITH __none AS (
    -- One row per order; none, for none are given.
    SELECT true AS nothing WHERE false
), __missing AS (
    -- One row: whether the orders have no customer or no day, and whether they have an amount; none without an order.
    SELECT typeof(order_customer_id) = '"NULL"' OR typeof(order_date) = '"NULL"' AS __is_incomplete,
           typeof(amount) <> '"NULL"' AS __is_paid
    FROM query_table(coalesce(orders, '__none'))
    LIMIT 1
), __given AS MATERIALIZED (
    -- One row: whether a relation of orders was given, and with amounts.
    SELECT coalesce(bool_or(__is_paid), false) AS __has_amounts,
           CASE WHEN orders IS NOT NULL AND coalesce(bool_or(__is_incomplete), false)
                THEN audience.__refused(caller, 'orders needs order_customer_id and order_date')
                ELSE orders IS NOT NULL END AS __has_orders
    FROM __missing
), __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs(caller, coalesce(orders, '__none'), order_customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    -- One row: the last day, and the first of the year that it ends.
    SELECT __as_of, __as_of - 364 AS __since FROM audience.__clock(caller, '__logs', as_of)
), __keys AS (
    -- One row per order; from the relation itself, where a NULL still has no type.
    SELECT order_customer_id AS customer_id FROM query_table(coalesce(orders, '__none'))
), __members AS (
    -- One row per member.
    SELECT __customer AS customer_id FROM query_table(member_sets)
), __asked AS (
    -- One row per member, none where no orders were given: keys are then not compared with a NULL of some type.
    FROM query_table(member_sets) WHERE orders IS NOT NULL
), __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys(caller, 'members and orders', '__members', '__keys',
                                    is_given := orders IS NOT NULL)
), __years AS (
    -- One row per customer: the purchases of this year and of the one before, and the revenue of this one.
    SELECT __customer, len([1 FOR __day IN __log IF __day.is_purchase AND __day.day >= __since]) AS __purchases,
           len([1 FOR __day IN __log
                IF __day.is_purchase AND __day.day BETWEEN __since - 365 AND __since - 1]) AS __early,
           list_sum([__day.revenue FOR __day IN __log IF __day.day >= __since]) AS __revenue
    FROM __logs, __clock, __comparable
    WHERE __is_comparable
), __summed AS (
    -- One row: the totals of all audiences. A revenue of 0 makes every purchase count, also of an unknown amount.
    SELECT __audience_set_totals(caller, __set, coalesce(__purchases, 0), 0, __revenue, NULL,
                                 CASE WHEN __early > 0 THEN __purchases = 0 END, NULL) AS __totals
    FROM __asked LEFT JOIN __years USING (__customer)
), __numbered AS (
    -- One row per audience.
    SELECT unnest(__totals) AS __total, generate_subscripts(__totals, 1) - 1 AS __number FROM __summed
)
SELECT __number, __total.purchases AS __year_purchases,
       coalesce(__total.customer_value, CASE WHEN __total.purchases = 0 AND __has_amounts THEN 0 END) AS __year_revenue,
       __total.lost / nullif(__total.staged, 0) AS __churned_share
FROM __numbered, __given
WHERE __has_orders;
