-- The rows of audience.interested_in, from the order lines and the model that was made of them: the last step where
-- order lines are read in parts; see scale.md. All columns are equal bit for bit to those of audience.interested_in
-- over all lines. The rows are in no order.
--
-- The lines may be those of all customers, or a part of them. A part does not know how many customers elsewhere have a
-- higher score, so there rank and cumulative_buyer_share are NULL: rank the rows of all parts together, by row_number()
-- OVER (ORDER BY score DESC, customer_id). scale.md has the share.
--
-- Arguments:
-- - lines, customer_id, order_date, product, target, filter, amount: as they were given to audience.intent_part, target
--   being its label
-- - model: STRUCT from audience.intent_model after all steps, such as (SELECT model FROM saved). as_of, horizon_days
--   and the names of products are its own
-- - only_new, labels: as in audience.interested_in
-- - top: only this many customers of these lines, the best; at least 1; default NULL = all
--
-- Returns:
-- - customer_id: as in audience.interested_in
-- - rank: as in audience.interested_in; NULL where the model has more lines
-- - probability: as in audience.interested_in
-- - lift: as in audience.interested_in
-- - lift_among_new: as in audience.interested_in
-- - cumulative_buyer_share: as in audience.interested_in; NULL where the model has more lines
-- - expected_revenue: as in audience.interested_in
-- - score: as in audience.interested_in
-- - has_bought: as in audience.interested_in
-- - last_bought_date: as in audience.interested_in
-- - because: as in audience.interested_in
-- - reason: as in audience.interested_in
-- - evidence: as in audience.interested_in
-- - years_on_record: as in audience.interested_in
--
-- Errors:
-- - model is NULL, not complete, of another version or out of range, or does not know a product of the lines
-- - amount is given and was not in audience.intent_part, or the other way round
-- - a product is of target, and no line of it was when the model was made
-- - top is out of range, only_new is NULL, amount is not a number
-- - target is not BOOLEAN: DuckDB's own message
--
-- Example:
-- CREATE OR REPLACE TEMP MACRO tents(given) AS TABLE
-- FROM audience.intent_part('lines', customer_id, order_date, product_id, category = 'Tents', name := product_name,
--                           model := given);
-- CREATE OR REPLACE TEMP TABLE parts AS FROM tents(NULL);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts');
-- CREATE OR REPLACE TEMP TABLE parts AS FROM tents((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE parts AS FROM tents((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE parts AS FROM tents((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- SELECT customer_id, rank, round(probability, 3) AS probability, has_bought, reason
-- FROM audience.interested_in_of('lines', customer_id, order_date, product_id, category = 'Tents',
--                                model := (SELECT model FROM saved))
-- ORDER BY rank
-- LIMIT 3;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.interested_in_of(
    lines,
    customer_id,
    order_date,
    product,
    target,
    model := NULL,
    filter := true,
    only_new := false,
    top := NULL,
    amount := NULL,
    labels := 'enum'
) AS TABLE
WITH __interests AS NOT MATERIALIZED (
    -- One row per customer.
    FROM audience.__interests_of('interested_in_of', lines, customer_id, order_date, product, 'target',
                                 CASE WHEN audience.__condition('interested_in_of', 'target', target) THEN true END,
                                 model, filter, only_new, top, amount)
), __enum AS NOT MATERIALIZED (
    -- One row per customer.
    SELECT * EXCLUDE (label) FROM audience.__interest_columns('__interests')
), __text AS NOT MATERIALIZED (
    -- One row per customer, with labels that every database can store.
    SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM __enum
)
FROM query_table(audience.__labels('interested_in_of', labels));
