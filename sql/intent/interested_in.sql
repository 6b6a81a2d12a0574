-- Purchase intent: the probability that a customer buys any product of a set within the horizon, and the reason. One
-- row for every customer with an order line up to as_of, in no order.
--
-- The set is every product with a line that meets `target`. Customers who never bought it are scored by the products
-- that they did buy: each counts by how much more often its buyers bought the set than all customers did. For earlier
-- buyers of the set it also counts how often and how lately they bought it. The probability is calibrated on what was
-- bought in the last horizon_days, so it assumes that the next days go like the last. Together the probabilities give
-- no more buyers than the set had in that time, and fewer if it has just been launched, or if it sold less there a year
-- ago. A season that lies ahead makes a set's total too low, also where the lines have seen it before; the
-- order of customers is not affected. Correlation is not causation: the result tells whom to write to, not what a
-- message changes.
--
-- Arguments:
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame; one row per product bought
-- - customer_id, order_date: as in audience.customers
-- - product: the product's key, of any type. Lines with NULL have no weight; they count as orders, and as purchases of
--   the set where they meet `target`
-- - target: BOOLEAN expression over the lines: category = 'Wine', keyword(product_name, 'lantern'), product_id IN (FROM
--   sale)
-- - as_of: DATE; lines after it are ignored; default NULL = the day of the latest line that is not after today
-- - filter: BOOLEAN expression over the lines; default all lines. Exclude refunds with it: filter := quantity > 0
-- - horizon_days: 1 to 3650; default 60. An order counts half after this time, a bought product after twice this time
-- - name: VARCHAR expression, the product's name for the reasons; a product's most frequent name is taken; default the
--   product
-- - only_new: true leaves out everybody who has bought the set; default false
-- - top: only this many customers, the best; at least 1; default NULL = all
-- - amount: the line's amount of money, a number as in audience.customers; gives expected_revenue; default NULL = none
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rank: 1 = the most likely buyer; unique, equal scores by customer_id
-- - probability: probability of buying a product of the set within horizon_days after as_of; NULL where there is
--   nothing to calibrate it on: no line is as old as horizon_days, or of the customers at that
--   time nobody had bought the set (for its buyers) or everybody had (for the others)
-- - lift: probability in multiples of the mean probability of all candidates who have one. The candidates are all
--   customers, and with only_new those who never bought the set
-- - lift_among_new: probability in multiples of the mean probability of those who never bought the set; NULL for buyers
-- - cumulative_buyer_share: share, 0 to 1, of the buyers to expect among all candidates, listed or not, that the
--   candidates up to this rank hold: the cumulative gains. Up to 0.8 are four of five expected buyers. NULL without a
--   probability
-- - expected_revenue: what the customer is expected to spend on the set within the horizon: probability times purchases
--   of a buyer within a horizon times spend per purchase, which is the customer's own so far, shrunk to that of all by
--   the weight of one purchase. A purchase is a day with the set. NULL without amount or a probability
-- - score: log odds, by which customers are ranked; comparable within one result
-- - has_bought: whether the customer has bought the set
-- - last_bought_date: the day of the last time; NULL if never
-- - because: up to three bought products that add most to the similarity with buyers of the set: product, name, buyers
--   (customers who bought it), co_buyers (those of them who bought the set) and weight (what it adds); empty without
--   any. Products with fewer than three co_buyers are not named
-- - reason: probability, lift and the strongest product, in one sentence
-- - evidence: how much data the probability rests on: ok; low with fewer than 20 buyers of the set, with fewer than 5
--   buyers within the last horizon in the customer's group (had bought the set before, or had not), or where the set is
--   new: fewer than 5 customers had bought it two horizons ago, and reason says so; none where there is no probability
-- - years_on_record: whole years from the set's fifth customer to as_of: with 0 nothing is known of its season, with 1
--   a promotion or chance of that year looks like one; that it has one is not said
--
-- Errors:
-- - amount is not a number
-- - horizon_days or top is out of range, as_of is infinite, only_new is NULL
-- - target holds for no order line up to as_of that `filter` leaves
-- - target is not BOOLEAN: DuckDB's own message
--
-- Example:
-- SELECT customer_id, rank, round(probability, 3) AS probability, round(lift, 1) AS lift, has_bought, reason
-- FROM audience.interested_in('lines', customer_id, order_date, product_id, category = 'Tents', filter := quantity > 0,
--                             name := product_name)
-- ORDER BY rank
-- LIMIT 4;
--
-- Source: the formulas and what they were measured against are in intent.md. Shrunk lift: DuMouchel (1999).
CREATE MACRO audience.interested_in(
    lines,
    customer_id,
    order_date,
    product,
    target,
    as_of := NULL,
    filter := true,
    horizon_days := 60,
    name := NULL,
    only_new := false,
    top := NULL,
    amount := NULL,
    labels := 'enum'
) AS TABLE
WITH __interests AS NOT MATERIALIZED (
    -- One row per customer.
    FROM audience.__interests('interested_in', lines, customer_id, order_date, product, 'target',
                              CASE WHEN audience.__condition('interested_in', 'target', target) THEN true END, [true],
                              as_of, filter, horizon_days, name, only_new, top, amount)
), __enum AS NOT MATERIALIZED (
    -- One row per customer.
    SELECT * EXCLUDE (label) FROM audience.__interest_columns('__interests')
), __text AS NOT MATERIALIZED (
    -- One row per customer, with labels that every database can store.
    SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM __enum
)
FROM query_table(audience.__labels('interested_in', labels));
