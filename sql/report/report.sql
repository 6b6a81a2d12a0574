-- The overview of a shop as one page: an HTML file that needs nothing else, to mail, print or open on a telephone. One
-- row with one BLOB.
--
-- The page shows headline figures with their change on the same day a year before; customers by stage over 24 months;
-- expected revenue by tier and stage; revenue by tier; how soon customers buy again, with the lapse threshold; cohort
-- retention; how well the predictions of 180 days ago have come true; the most valuable customers who are slipping
-- away; and the audiences, where members are given. Every number is that of the function for it, as of the same day. A
-- chart has a sentence that says what it shows, and its numbers as a table.
--
-- COPY (FROM audience.report(…)) TO 'report.html' (FORMAT blob) writes it into a file. The page runs no script and
-- loads nothing. A section that has nothing to show yet says so.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter: as in audience.customers
-- - season: as in audience.customers
-- - title: VARCHAR, the heading; default 'Customers'
-- - currency: VARCHAR, such as 'EUR'; the unit of the amounts, as the page shows it; default NULL = none is shown
-- - customers: INTEGER, 0 to 1000; how many customers who are slipping away are shown, with their keys and reasons,
--   which are personal data; default 20; 0 shows none
-- - members: as in audience.audience_summary; default = no audiences
-- - lines: the quoted name of a relation of order lines with the columns customer_id, order_date and product, where
--   product is what the page calls it; what the members of an audience buy more than others; default = no lines
--
-- Returns:
-- - report: the page, UTF-8
--
-- Errors:
-- - as_of is infinite; customers is out of range; title or currency is not a text
-- - the relation or a column does not exist, or a type does not fit: DuckDB's own message
-- - the sizes of the amounts add up to more than a DOUBLE holds
--
-- Example:
-- SELECT starts_with(decode(report), '<!DOCTYPE html>') AS is_html, octet_length(report) < 1_000_000 AS is_small
-- FROM audience.report('orders', customer_id, order_date, amount, filter := status = 'completed', title := 'My shop');
--
-- Source: the functions that the page draws; see report.md.
CREATE MACRO audience.report(
    orders,
    customer_id,
    order_date,
    amount,
    title := 'Customers',
    currency := NULL,
    as_of := NULL,
    filter := true,
    customers := 20,
    members := NULL,
    lines := NULL,
    season := true
) AS TABLE
WITH __not_given AS (
    -- One row per member, and one per order line; none, for none are given. A key that is NULL can be compared with
    -- keys of any type. With the day, as in audience.members.
    SELECT ''::VARCHAR AS audience, NULL AS customer_id, current_date AS order_date, '' AS product,
           as_of AS __asked
    WHERE false
), __report_orders AS MATERIALIZED (
    -- One row per order row of a customer up to as_of.
    FROM audience.__report_orders(orders, customer_id, order_date, amount, as_of, filter)
), __report_options AS MATERIALIZED (
    -- One row: the checked options, and the days that the page is about.
    FROM audience.__report_options('__report_orders', title, currency, as_of, customers, season)
), __report_customers AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.customers('__report_orders', __customer, __day, __amount,
                            as_of := (SELECT __as_of FROM __report_options),
                            season := (SELECT __season FROM __report_options))
), __report_sections AS (
    -- One row: what the page shows, section by section.
    FROM audience.__report_sections('__report_orders', '__report_options', '__report_customers',
                                   coalesce(members, '__not_given'), coalesce(lines, '__not_given'))
)
SELECT __audience_report_page('report', to_json(__sections)::VARCHAR) AS report
FROM __report_sections;
