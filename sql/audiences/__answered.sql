-- One row per row of `rows`, which are those of audience.members, with the numbers of the questions about products to
-- which the customer's order lines say yes. Who has no line has bought nothing, and has no rank.
CREATE MACRO audience.__answered(
    caller,
    rows,
    checked,
    lines,
    line_customer_id,
    line_date,
    product,
    filter
) AS TABLE
WITH __customers AS MATERIALIZED (
    -- One row per row of the customers.
    FROM query_table(rows)
), __known AS MATERIALIZED (
    -- One row per order line and set.
    FROM audience.__asked_lines(caller, checked, lines, line_customer_id, line_date, product, filter)
), __counts AS MATERIALIZED (
    -- One row per product and set that occur together.
    SELECT __product, NULL::VARCHAR AS __name, __set, count(*) AS __rows FROM __known GROUP BY ALL
), __sets AS (
    -- One row per set that has a line, and one for the lines without one.
    SELECT DISTINCT __set FROM __counts
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__named_products('__counts')
), __numbered AS MATERIALIZED (
    -- One row per product and set that customers may be interested in, where they occur together.
    SELECT __index, __set::INTEGER AS __number
    FROM __counts JOIN __products USING (__product), query_table(checked)
    WHERE __set < __labels
), __baskets AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__asked_baskets(caller, checked, '__known', '__products')
), __options AS MATERIALIZED (
    -- One row: the options and the date.
    SELECT __as_of, __definitions, __horizon_days, false AS __only_new, NULL AS __top
    FROM query_table(checked), audience.__asked_met(caller, checked, '__customers', '__sets')
    WHERE __is_met
), __first_keys AS (
    -- One row per row of the customers.
    SELECT __customer AS customer_id FROM __customers
), __second_keys AS (
    -- One row per customer.
    SELECT __customer AS customer_id FROM __baskets
), __comparable AS MATERIALIZED (
    -- One row: true if the keys can be compared.
    FROM audience.__comparable_keys(caller, 'customers and lines', '__first_keys', '__second_keys')
), __learned AS (
    -- One row per customer from whom purchase intent learns.
    SELECT __customer, __basket, __latest FROM __baskets WHERE __basket IS NOT NULL
), __candidates AS (
    -- One row per customer with a row and a line.
    FROM __learned SEMI JOIN (FROM __customers, __comparable WHERE __is_comparable) USING (__customer)
), __interested AS MATERIALIZED (
    -- One row per customer who is among the likeliest buyers.
    FROM audience.__interest_answers(caller, checked, '__learned', '__candidates', '__numbered', '__products',
                                     '__options')
), __answers AS (
    -- One row per customer with a line.
    SELECT __customer,
           list_concat(__audience_bought_answers(caller, __definitions, __as_of, __bought), __numbers) AS __answers
    FROM __baskets LEFT JOIN __interested USING (__customer), __options
)
SELECT __customers.__customer, __row, coalesce(__answers, []) AS __answers
FROM __comparable, __options, __customers LEFT JOIN __answers USING (__customer)
WHERE __is_comparable;
