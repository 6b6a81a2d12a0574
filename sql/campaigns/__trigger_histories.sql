-- One row per customer with a row up to as_of: like __histories. Where a rule of `rule_table` asks who was won back,
-- also the gaps between the purchases, packed.
CREATE MACRO audience.__trigger_histories(
    caller,
    orders,
    customer_id,
    order_date,
    as_of,
    filter,
    rule_table
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, NULL, filter)
), __asked AS MATERIALIZED (
    -- One row: whether a rule asks.
    SELECT __ask_won_back FROM query_table(rule_table)
), __summaries AS (
    -- One row per customer.
    SELECT __customer, __audience_purchase_history(caller, __day, __amount) AS __summary,
           __audience_dated_history(caller, __day, __amount, __amount) FILTER (WHERE __ask_won_back) AS __dated
    FROM __rows, __asked
    WHERE __customer IS NOT NULL AND __day <= audience.__until(caller, as_of)
    GROUP BY __customer
)
SELECT __customer, __summary.history AS __history, __dated.gaps AS __gaps, __summary.latest AS __latest
FROM __summaries
WHERE __summary IS NOT NULL;
