-- One row per customer with a row up to as_of: like __histories, and the gaps between the days of all purchases,
-- packed, which what is learned from the shop's past needs, and their peer group.
CREATE MACRO audience.__dated_histories(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    peer_group := NULL,
    value := NULL
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter, peer_group, 'peer_group',
                               value)
), __summaries AS (
    -- One row per customer.
    SELECT __customer, __audience_dated_history(caller, __day, __amount, __value) AS __summary,
           audience.__latest_group(__day, __amount, __grouping) AS __group
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= audience.__until(caller, as_of)
    GROUP BY __customer
)
SELECT __customer, __summary.history AS __history, __summary.gaps AS __gaps, __summary.latest AS __latest, __group
FROM __summaries
WHERE __summary IS NOT NULL;
