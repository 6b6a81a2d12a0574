-- Purchase intent for many sets of products in one pass: what audience.interested_in gives for `category = 'Wine'`,
-- this gives for every category at once. A set is called a label. One row for every label and every customer with an
-- order line up to as_of, in no order.
--
-- Arguments:
-- - lines, customer_id, order_date, product, as_of, filter, horizon_days, name, only_new, amount: as in
--   audience.interested_in
-- - label: an expression over the lines, of any type: category, brand, CASE WHEN … END. Lines with NULL belong to no
--   label; a product may have several labels. At most 1,000 values, and 33,554,432 pairs of a value and a product
-- - top: only this many customers per label, the best; at least 1; default NULL = all
-- - labels: as in audience.customers
--
-- Returns:
-- - label: the label, of the type that was given
-- - customer_id: the customer, of the type that was given
-- - rank: 1 = the most likely buyer of this label; unique within it
-- - probability: probability of buying a product of the label within horizon_days after as_of; NULL where there is
--   nothing to calibrate it on
-- - lift: probability in multiples of the mean probability of all candidates for this label: all customers, and with
--   only_new those who never bought it
-- - lift_among_new: probability in multiples of the mean probability of those who never bought the label; NULL for who
--   did
-- - cumulative_buyer_share: share, 0 to 1, of the buyers to expect among all candidates for the label that those up to
--   this rank hold, as in audience.interested_in
-- - expected_revenue: what the customer is expected to spend on the label within the horizon, as in
--   audience.interested_in; NULL without amount or a probability
-- - score: log odds, by which customers are ranked; comparable within a label
-- - has_bought: whether the customer has bought the label
-- - last_bought_date: the day of the last time; NULL if never
-- - because: the products that add most to the similarity, as in audience.interested_in
-- - reason: probability, lift and the strongest product, in one sentence
-- - evidence: ok, low or none, as in audience.interested_in
-- - years_on_record: whole years since the label's fifth customer, as in audience.interested_in
--
-- Errors:
-- - label is NULL in every line
-- - label has more than 1,000 values, or too many for so many products
-- - and as in audience.interested_in
--
-- Example:
-- SELECT label, customer_id, round(probability, 3) AS probability, has_bought, reason
-- FROM audience.interests('lines', customer_id, order_date, product_id, category, filter := quantity > 0,
--                         name := product_name, only_new := true, top := 1)
-- ORDER BY probability DESC
-- LIMIT 4;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.interests(
    lines,
    customer_id,
    order_date,
    product,
    label,
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
    -- One row per label and customer.
    FROM audience.__interests('interests', lines, customer_id, order_date, product, 'label', label, [], as_of, filter,
                              horizon_days, name, only_new, top, amount)
), __enum AS NOT MATERIALIZED (
    -- One row per label and customer.
    FROM audience.__interest_columns('__interests')
), __text AS NOT MATERIALIZED (
    -- One row per label and customer, with labels that every database can store.
    SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM __enum
)
FROM query_table(audience.__labels('interests', labels));
