-- One row per customer with a row up to as_of: their days in order, the day of the first purchase (NULL if there are
-- only refunds), the day of the latest row, and what their first purchase is split by. Shared by the functions that
-- look at more than one date.
CREATE MACRO audience.__logs(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    split_by := NULL
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter, split_by, 'split_by')
), __collected AS (
    -- One row per customer.
    SELECT __customer, __audience_purchase_log(caller, __day, __amount) AS __log,
           audience.__first_group(__day, __amount, __grouping) AS __split
    FROM __rows
    WHERE __customer IS NOT NULL AND __day <= audience.__until(caller, as_of)
    GROUP BY __customer
)
SELECT __customer, __log, [__day.day FOR __day IN __log IF __day.is_purchase][1] AS __first, __log[-1].day AS __latest,
       __split
FROM __collected
WHERE __log IS NOT NULL;
