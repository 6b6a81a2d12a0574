-- Lookalikes: how much customers are like those of a seed. One row for every other customer with a purchase up to
-- as_of, in no order.
--
-- The seed is every customer with a line up to as_of that meets `seed`: your VIPs, the members of a club, the buyers of
-- a category. The similarity compares when, how often and for how much customers buy, and their taste: the products
-- that seed customers buy more often than others. If the seed is defined by one of these, the result mostly repeats the
-- definition: buyers of a category are recognised by its products unless `filter` leaves them out, and VIPs by their
-- revenue. Check with audience.lookalike_quality first.
--
-- Arguments:
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame; one row per product bought
-- - customer_id, order_date: as in audience.customers
-- - product: the product's key, of any type; a name makes the reasons readable; lines with NULL only count as orders
-- - amount: what was paid for the line, as in audience.customers; a line below 0 is not a purchase of its product
-- - seed: BOOLEAN expression over the lines: customer_id IN (FROM vips), is_member; NULL counts as false
-- - as_of: DATE; lines after it are ignored; default NULL = the day of the latest line that is not after today
-- - filter: BOOLEAN expression over the lines; default all lines. Lines that it leaves out cannot make a seed either
-- - top: only this many customers, the best; at least 1; default NULL = all
--
-- Returns:
-- - customer_id: the customer, of the type that was given; without the seed customers
-- - rank: 1 = the most similar; unique, ties by customer_id
-- - similarity: 0 to 1: the model's estimate of the share of seed customers among customers like this. With a small
--   seed even the best are far from 1. Compare it within one result only; it is not the probability of a future event
-- - because: up to three features that make the customer like the seed, the strongest first, a LIST of STRUCTs: feature
--   (silence_days, purchases, revenue, tenure_days = days since the first purchase, or bought and a product), value (1
--   for a product), seeds and others (the median of the seed customers and of the others; for a product the share of
--   them who bought it) and contribution (to the log odds of similarity, compared with the average customer). Only
--   features in which the customer differs from the others in the seed's direction are named, and products that at
--   least three seed customers bought
--
-- Errors:
-- - seed holds for no customer
-- - top is below 1, as_of is infinite
--
-- Example:
-- SELECT customer_id, rank, round(similarity, 3) AS similarity, because[1].feature AS feature,
--        because[1].value AS value, because[1].seeds AS seeds, because[1].others AS others
-- FROM audience.lookalikes('lines', customer_id, order_date, product_name, amount,
--                          customer_id IN (SELECT customer_id FROM lines WHERE category = 'Tents'),
--                          filter := status != 'cancelled' AND category != 'Tents')
-- ORDER BY rank
-- LIMIT 4;
--
-- Source: logistic regression with a ridge penalty of precision 1 (le Cessie & van Houwelingen 1992) on standardised
-- ln(1 + x) of the four figures and of the taste. The taste is the similarity of audience.interested_in with the seed
-- as target and a half-life of two years; no product is left out, and seed customers are left out of their own counts.
-- Fitted to at most 65,536 seed customers and as many others.
CREATE MACRO audience.lookalikes(
    lines,
    customer_id,
    order_date,
    product,
    amount,
    seed,
    as_of := NULL,
    filter := true,
    top := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_top('lookalikes', top) AS __top
), __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__detail) RENAME (__mark AS __seed)
    FROM audience.__order_lines(
        'lookalikes', lines, customer_id, order_date, product, 'seed', audience.__condition('lookalikes', 'seed', seed),
        NULL, as_of, filter, amount := amount)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__products('__known')
), __customers AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__lookalike_customers('lookalikes', '__known', '__products', 0)
), __fitted AS MATERIALIZED (
    -- One row: all that a score needs besides the customer.
    SELECT __weights, __horizon_days, __top,
           CASE WHEN __fit.seeds = 0 AND __fit.others > 0
                THEN audience.__refused('lookalikes', concat('seed must hold for at least one customer, got none of ',
                                                             __fit.others))
                ELSE __fit.model END AS __model
    FROM audience.__lookalike_fit('lookalikes', '__customers', '__products', as_of, 0), __options
)
SELECT
    __customer AS customer_id,
    __rank AS rank,
    __similarity AS similarity,
    __because AS because
FROM audience.__lookalike_rows('lookalikes', '__customers', '__products', '__fitted');
