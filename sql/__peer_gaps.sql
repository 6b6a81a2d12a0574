-- The typical gap of each customer's peer group, for groups of at least 30 repeat buyers; no row for other customers.
-- A customer's group is the value on their latest purchase that has one (the greatest of several that day).
CREATE MACRO audience.__peer_gaps(orders, customer_id, order_date, amount, as_of, filter, peer_group, histories) AS TABLE
WITH __rows AS (
    SELECT customer_id AS __customer, order_date::DATE AS __day, amount AS __amount, peer_group AS __group
    FROM query_table(orders)
    WHERE filter
), __peers AS (
    SELECT __customer, max({'day': __day, 'group': __group}).group AS __group
    FROM __rows
    WHERE __group IS NOT NULL
      AND __day <= coalesce(as_of::DATE, current_date)
      AND coalesce(__amount >= 0 OR __amount = '-infinity'::DOUBLE, true)
    GROUP BY __customer
), __groups AS (
    SELECT __group, __audience_typical_gap(__history) AS __gap
    FROM __peers JOIN query_table(histories) USING (__customer)
    GROUP BY __group
)
SELECT __customer, __gap.days AS __peer_gap
FROM __peers JOIN __groups USING (__group)
WHERE __gap.repeaters >= 30;
