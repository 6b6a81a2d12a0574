-- One row: the figures at the head of the page, each with the same a year before; NULL where nobody was a customer then.
CREATE MACRO audience.__report_headlines(orders, customers, as_of) AS TABLE
WITH __now AS (
    -- One row: the customers as they are.
    SELECT count(*) FILTER (lifecycle_stage IN ('Just Ordered', 'Active')) AS __active,
           count(*) FILTER (lifecycle_stage = 'Slipping Away') AS __slipping,
           count(*) FILTER (first_order_date > as_of - 365) AS __new,
           count(*) FILTER (first_order_date > as_of - 730 AND first_order_date <= as_of - 365) AS __new_before,
           count(*) FILTER (first_order_date <= as_of - 730) AS __old,
           __audience_exact_sum('report', expected_revenue) AS __expected
    FROM query_table(customers)
), __before AS (
    -- One row: the customers as they were.
    SELECT count(*) AS __known,
           count(*) FILTER (lifecycle_stage IN ('Just Ordered', 'Active')) AS __active_before,
           count(*) FILTER (lifecycle_stage = 'Slipping Away') AS __slipping_before
    FROM audience.lifecycle_stage(orders, __customer, __day, amount := __amount,
                                  as_of := (as_of - INTERVAL 1 YEAR)::DATE)
), __money AS (
    -- One row: the revenue of the last 365 days, and of those before.
    SELECT __audience_exact_sum('report', CASE WHEN __day > as_of - 365 THEN __amount END) AS __revenue,
           __audience_exact_sum('report', CASE WHEN __day <= as_of - 365 THEN __amount END) AS __revenue_before
    FROM query_table(orders)
    WHERE __day > as_of - 730 AND __day <= as_of
)
SELECT [
    {'name': 'active', 'now': __active::DOUBLE, 'before': if(__known > 0, __active_before, NULL)::DOUBLE},
    {'name': 'slipping', 'now': __slipping::DOUBLE, 'before': if(__known > 0, __slipping_before, NULL)::DOUBLE},
    {'name': 'new', 'now': __new::DOUBLE, 'before': if(__old > 0, __new_before, NULL)::DOUBLE},
    {'name': 'revenue', 'now': __revenue, 'before': if(__old > 0, __revenue_before, NULL)},
    {'name': 'expected', 'now': __expected, 'before': NULL}
] AS __rows
FROM __now, __before, __money;
