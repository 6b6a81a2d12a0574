-- One row: the figures at the head of the page, each with the same a year before.
CREATE MACRO audience.__report_headlines(orders, customers, as_of) AS TABLE
WITH __years AS (
    -- One row: the sums of the last 365 days and of those before.
    SELECT sum(__amount) FILTER (__day > as_of - 365) AS __revenue,
           sum(__amount) FILTER (__day <= as_of - 365) AS __revenue_before,
           count(DISTINCT __customer) FILTER (__day > as_of - 365) AS __buyers,
           count(DISTINCT __customer) FILTER (__day <= as_of - 365) AS __buyers_before
    FROM query_table(orders)
    WHERE __day > as_of - 730
), __now AS (
    -- One row: the customers as they are.
    SELECT count(*) AS __customers, sum(expected_revenue) AS __expected FROM query_table(customers)
)
SELECT [
    {'name': 'revenue', 'now': __revenue, 'before': __revenue_before},
    {'name': 'buyers', 'now': __buyers, 'before': __buyers_before},
    {'name': 'expected', 'now': __expected, 'before': NULL}
] AS __rows
FROM __years, __now;
