-- One row per split, cohort and age: the revenue per customer up to this age, as it was where the period has ended, and
-- as it is expected to be with an interval of 80 % where it has not. Shared by the forecast and the payback.
CREATE MACRO audience.__cohort_forecast(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    every,
    as_of,
    filter,
    split_by,
    ahead
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs(caller, orders, customer_id, order_date, amount, as_of, filter, split_by)
), __clock AS MATERIALIZED (
    -- One row: the date, and how many periods are asked for.
    SELECT __as_of, audience.__checked_number(caller, 'ahead', ahead, 1, 120) AS __ahead
    FROM audience.__clock(caller, '__logs', as_of)
), __periods AS MATERIALIZED (
    -- One row per period up to as_of.
    SELECT *, row_number() OVER (ORDER BY __start ASC) - 1 AS __number
    FROM audience.__periods(caller, every, (SELECT min(__first) FROM __logs), (SELECT __as_of FROM __clock))
), __ends AS MATERIALIZED (
    -- One row per period that ends after as_of.
    FROM audience.__periods_ahead(caller, every, '__clock', '__periods')
), __cells AS MATERIALIZED (
    -- One row per split, cohort and age up to as_of.
    SELECT __split, __cell.cohort AS __cohort, __cell.age AS __age, __cell.customers AS __customers,
           __cell.cumulative / __cell.customers AS __earned
    FROM audience.__cohort_cells(caller, '__logs', '__periods')
), __expected AS MATERIALIZED (
    -- One row per split, cohort and period ahead.
    FROM audience.__cohort_expected(caller, '__logs', '__clock', '__periods', '__ends')
), __rows AS (
    -- One row per split, cohort and age.
    SELECT __split, __cohort, __age, __end, __customers, true AS __observed, __earned, 0 AS __expected,
           0 AS __low, 0 AS __high
    FROM __cells JOIN __periods ON __number = __cohort + __age AND __complete
    UNION ALL
    SELECT __cells.__split, __cells.__cohort, __ends.__number - __cells.__cohort, __end, __customers, false, __earned,
           __expected.__expected, __low, __high
    FROM __expected JOIN __ends USING (__end)
    JOIN __cells ON __cells.__split IS NOT DISTINCT FROM __expected.__split AND __cells.__cohort = __expected.__cohort
    WHERE __cells.__cohort + __cells.__age = (SELECT max(__number) FROM __periods)
)
SELECT __split, __start AS __cohort, __age::INTEGER AS __age, __rows.__end, __customers, __observed,
       __earned + __expected / __customers AS __cumulative, __earned + __low / __customers AS __low,
       __earned + __high / __customers AS __high, __earned
FROM __rows JOIN __periods ON __number = __cohort;
