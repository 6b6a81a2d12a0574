-- Who bought one thing but never another, such as a tent but no repellent, with the probability to buy the other. One
-- row per customer who has bought `have` and never `have_not`, up to as_of, in no order.
--
-- Arguments:
-- - lines, customer_id, order_date, product, as_of, filter, horizon_days, name, amount: as in audience.interested_in
-- - have: BOOLEAN expression over the lines: what these customers have bought
-- - have_not: BOOLEAN expression over the lines: what they have never bought and could be offered
-- - top: only this many customers, the best; at least 1; default NULL = all
-- - labels: as in audience.customers
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - rank: 1 = the most likely buyer of `have_not` among these customers; unique
-- - probability: probability of buying a product of `have_not` within the horizon, as in audience.interested_in
-- - lift: probability in multiples of the mean probability of all who never bought `have_not`, with and without `have`
-- - expected_revenue: what the customer is expected to spend on `have_not` within the horizon, as in
--   audience.interested_in; NULL without amount or a probability
-- - have_last_date: the day on which the customer last bought `have`
-- - because: the purchases that make it likely, as in audience.interested_in
-- - reason: probability, lift and the strongest of these, in one sentence
-- - evidence: ok, low or none, as in audience.interested_in
-- - years_on_record: whole years since the fifth customer of `have_not`, as in audience.interested_in
--
-- Errors:
-- - have or have_not holds for no order line
-- - and as in audience.interested_in
--
-- Example:
-- SELECT customer_id, rank, round(probability, 3) AS probability, have_last_date, reason
-- FROM audience.cross_sell('lines', customer_id, order_date, product_id, category = 'Tents', category = 'Repellents',
--                          filter := quantity > 0, name := product_name)
-- ORDER BY rank
-- LIMIT 3;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.cross_sell(
    lines,
    customer_id,
    order_date,
    product,
    have,
    have_not,
    as_of := NULL,
    filter := true,
    horizon_days := 60,
    name := NULL,
    top := NULL,
    amount := NULL,
    labels := 'enum'
) AS TABLE
WITH __lines AS (
    -- One row per order line up to as_of that `filter` leaves.
    SELECT * RENAME (__customer AS __owner, __mark AS __have)
    FROM audience.__order_lines('cross_sell', lines, customer_id, order_date, NULL, 'have',
                                audience.__condition('cross_sell', 'have', have), NULL, as_of, filter)
), __owners AS MATERIALIZED (
    -- One row per customer, with the day of the last time; NULL where the customer has it not.
    SELECT __owner, max(CASE WHEN __have THEN __day END) AS __have_last_date
    FROM __lines
    GROUP BY __owner
), __interested AS (
    -- One row per customer who has not bought what is offered.
    FROM audience.__interests('cross_sell', lines, customer_id, order_date, product, 'have_not',
                              CASE WHEN audience.__condition('cross_sell', 'have_not', have_not) THEN true END, [true],
                              as_of, filter, horizon_days, name, true, NULL, amount)
), __candidates AS (
    -- One row per customer who has the one and not the other, with the place.
    SELECT __customer, __score, __lift, __have_last_date, __because, __reason,
           row_number() OVER (ORDER BY __rank ASC) AS __place
    FROM __interested
    JOIN __owners ON __owner = __customer
    WHERE __have_last_date IS NOT NULL
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__intent_options('cross_sell', '__owners', horizon_days, true, top)
    WHERE audience.__met('cross_sell', 'have', (SELECT count(*) FROM __owners),
                         (SELECT count(__have_last_date) FROM __owners))
), __enum AS NOT MATERIALIZED (
    -- One row per customer.
    SELECT
        __customer AS customer_id,
        __place AS rank,
        __score.probability,
        __lift AS lift,
        __score.expected_revenue,
        __have_last_date AS have_last_date,
        __because AS because,
        __reason AS reason,
        __score.evidence,
        __score.years_on_record
    FROM __candidates, __options
    WHERE __place <= coalesce(__top, __place)
), __text AS NOT MATERIALIZED (
    -- One row per customer, with labels that every database can store.
    SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM __enum
)
FROM query_table(audience.__labels('cross_sell', labels));
