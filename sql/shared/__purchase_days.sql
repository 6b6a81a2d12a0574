-- One row per customer with a row up to as_of: the days on which they bought, in order (empty if there are only
-- refunds), the day of the latest row, and their segment. Shared by the functions about the gaps between purchases.
CREATE MACRO audience.__purchase_days(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    segment_by := NULL
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter, segment_by, 'segment_by')
), __collected AS (
    -- One row per customer.
    SELECT __customer, __audience_purchase_days(caller, __day, __amount) AS __bought,
           audience.__latest_group(__day, __amount, __grouping) AS __group
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= audience.__until(caller, as_of)
    GROUP BY __customer
)
SELECT __customer, __bought.days AS __days, __bought.latest AS __latest, __group
FROM __collected
WHERE __bought IS NOT NULL;
