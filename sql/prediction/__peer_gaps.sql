-- One row per customer of a group with at least 30 repeat buyers: the typical gap of this peer group.
CREATE MACRO audience.__peer_gaps(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    peer_group,
    histories
) AS TABLE
WITH __peers AS (
    -- One row per customer with a group.
    FROM audience.__latest_groups(caller, orders, customer_id, order_date, amount, as_of, filter, 'peer_group',
                                  peer_group)
), __groups AS (
    -- One row per group.
    SELECT __group, __audience_typical_gap(caller, __history) AS __gap
    FROM __peers JOIN query_table(histories) USING (__customer)
    GROUP BY __group
)
SELECT __customer, __gap.days AS __peer_gap
FROM __peers JOIN __groups USING (__group)
WHERE __gap.repeaters >= 30;
