-- Who wants to buy any product of a set: every customer with an order line up to as_of, once, with the probability of a
-- purchase within the horizon and the reason. Ordered by customer.
--
-- The set is every product of which a line meets `target`. For those who never bought it, the products that they did buy
-- decide, each by how much more often its buyers bought the set than everybody did. For those who have, also how often and
-- how lately they did. The probability assumes that the next days go like the last: it is set so that it would have summed
-- up to what was bought in the last horizon_days. Seasons make a set's total wrong, not the order of customers. Bought
-- together is not caused by: it tells whom to ask, not what to change.
--
-- Arguments:
-- - lines: the order lines, the quoted name of a table, view, CTE or data frame; one row per product bought
-- - customer_id, order_date: as in audience.customers
-- - product: what identifies a product, of any type. Lines with NULL speak for nothing; they count as orders, and as
--   purchases of the set where they meet `target`
-- - target: BOOLEAN expression over the lines: category = 'Wine', keyword(product_name, 'lantern'), product_id IN (FROM sale)
-- - as_of: DATE; lines after it are ignored; default the latest line, at the latest today
-- - filter: BOOLEAN expression over the lines; default all lines. Exclude refunds with it: filter := quantity > 0
-- - horizon_days: 1 to 3650; default 60. Activity halves in this time, taste in twice as long
-- - name: VARCHAR expression, the product's name for the reasons; a product's most frequent name is taken; default the product
-- - only_new: true leaves out everybody who has bought the set; default false
-- - top: at most so many customers, the best; at least 1; default NULL = all
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rank: 1 = the most likely buyer; unique, equal scores by customer_id
-- - probability: of buying a product of the set within horizon_days after as_of; NULL where nothing is known to estimate it
--   from: nothing meets `target`, no line is as old as horizon_days, or of those who were customers then nobody had bought
--   the set (for its buyers) or everybody had (for the others)
-- - lift: probability over the mean probability of all customers who have one
-- - score: what rank goes by: log odds, comparable within one result
-- - has_bought: whether the customer has bought the set
-- - last_bought_date: when last
-- - because: up to three products that speak most for it: product, name, buyers (customers who bought it), co_buyers (those of
--   them who bought the set) and weight (its part in the similarity); empty where nothing does. Products with fewer than
--   three co_buyers are not named
-- - reason: the same in a sentence
-- - evidence: ok; low with fewer than 20 buyers of the set, or fewer than 5 purchases within the last horizon by those who
--   had, or by those who had not bought it, whichever the customer belongs to; none where there is no probability
--
-- Errors:
-- - horizon_days or top is out of range, as_of is infinite, only_new is NULL
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
CREATE MACRO audience.interested_in(lines, customer_id, order_date, product, target, as_of := NULL, filter := true, horizon_days := 60, name := NULL, only_new := false, top := NULL) AS TABLE
SELECT
    __customer AS customer_id,
    __rank AS rank,
    __score.probability,
    __score.lift,
    __score.score,
    __score.last_bought IS NOT NULL AS has_bought,
    __score.last_bought AS last_bought_date,
    __because AS because,
    __reason AS reason,
    __score.evidence
FROM audience.__interests('interested_in', lines, customer_id, order_date, product, CASE WHEN target THEN true END, [true], as_of, filter, horizon_days, name, only_new, top);
