-- Cohorts by the period of the first purchase: how many customers came back in each period since, and what they brought.
CREATE MACRO audience.cohorts(orders, customer_id, order_date, amount, every := '1 month', as_of := NULL, filter := true) AS TABLE
WITH __logs AS MATERIALIZED (
    FROM audience.__logs(orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    FROM audience.__clock('__logs', as_of)
), __periods AS MATERIALIZED (
    SELECT *, row_number() OVER (ORDER BY __start) - 1 AS __number
    FROM audience.__periods('cohorts', every, (SELECT min(__log[1].day) FROM __logs), (SELECT __as_of FROM __clock))
), __starts AS MATERIALIZED (
    SELECT list(__start ORDER BY __start) AS __starts FROM __periods
), __cells AS (
    SELECT unnest(__audience_cohorts(__log, __starts)) AS __cell FROM __logs, __starts
)
SELECT
    __born.__start AS cohort,
    __cell.age::INTEGER AS age,
    __cell.customers,
    __cell.retained,
    __cell.retained / __cell.customers AS retention,
    __cell.revenue,
    sum(__cell.revenue) OVER (PARTITION BY __cell.cohort ORDER BY __cell.age) / __cell.customers AS cumulative_revenue_per_customer,
    __now.__complete AS complete
FROM __cells
JOIN __periods AS __born ON __born.__number = __cell.cohort
JOIN __periods AS __now ON __now.__number = __cell.cohort + __cell.age
ORDER BY cohort, age;
