-- One row: the share of the customers of each month since `since` who bought in each of the twelve months after it.
CREATE MACRO audience.__report_cohorts(
    orders,
    customers,
    since,
    as_of
) AS TABLE
WITH __report_recent AS MATERIALIZED (
    -- One row per order row of a customer of these months.
    SELECT __customer, __day, __amount
    FROM query_table(orders) SEMI JOIN (
        SELECT customer_id AS __customer FROM query_table(customers) WHERE first_order_date >= since
    ) USING (__customer)
), __cells AS (
    -- One row per month and age.
    FROM audience.cohorts('__report_recent', __customer, __day, __amount, as_of := as_of)
    WHERE age BETWEEN 1 AND 12
)
SELECT coalesce(list({
    'cohort': cohort,
    'age': age,
    'customers': __cells.customers,
    'retained': retained,
    'retention': retention,
    'complete': complete
} ORDER BY cohort ASC, age ASC), []) AS __rows
FROM __cells;
