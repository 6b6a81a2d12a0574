-- What the shop has to know of each customer: one row per customer, ordered by customer_id. It is the first step where
-- orders are read in parts, because they do not fit on one machine or into its memory. All rows of a customer have to
-- be in one part, as parts by a hash of the customer have them. The histories of all parts together are what
-- audience.shop and audience.customers_of read; see scale.md.
--
-- Arguments:
-- - orders, customer_id, order_date, filter: as in audience.customers
-- - amount: as in audience.customers; default NULL = every row is an order, and nothing has a value
-- - as_of: DATE, finite; later rows are ignored; default NULL = all rows that are not after today. Give every part the
--   same
-- - peer_group: as in audience.customers; audience.shop compares the groups
-- - value: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - history: purchases, first, last and fourth-last day, and revenue, as in audience.purchase_history; NULL for a
--   customer with refunds only
-- - gaps: the days between the purchases, packed; NULL for a customer with refunds only
-- - latest_row_date: day of the latest row, refunds included; the latest of all customers is the default of as_of
-- - peer_group: the customer's group, of the type that was given: its value on their latest purchase that has
--   one
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customer_id, history.purchases, history.last_order_date, latest_row_date, peer_group
-- FROM audience.histories('orders', customer_id, order_date, amount, peer_group := country)
-- ORDER BY customer_id
-- LIMIT 3;
--
-- Source: none; the sufficient statistics of the purchase model, see how-it-works.md.
CREATE MACRO audience.histories(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true,
    peer_group := NULL,
    value := NULL
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('histories', orders, customer_id, order_date, amount, as_of, filter,
                                    peer_group, value)
), __clock AS MATERIALIZED (
    -- One row: the date, which is checked also where there is no row.
    FROM audience.__clock('histories', '__histories', as_of)
)
SELECT
    __customer AS customer_id,
    __history AS history,
    __gaps AS gaps,
    __latest AS latest_row_date,
    __group AS peer_group
FROM __histories, (SELECT count(__as_of) AS __dates FROM __clock)
ORDER BY __customer ASC;
