-- The rows of audience.interests, from the order lines and the model that was made of them, as
-- audience.interested_in_of gives them for one set: the last step where order lines are read in parts; see scale.md.
-- The rows are in no order.
--
-- Arguments:
-- - lines, customer_id, order_date, product, filter, model, only_new, amount, labels: as in audience.interested_in_of
-- - label: as it was given to audience.intent_part, of any type but BOOLEAN
-- - top: only this many customers of these lines per label, the best; at least 1; default NULL = all
--
-- Returns:
-- - label: the label, of the type that was given
-- - customer_id: as in audience.interests
-- - rank: as in audience.interests; NULL where the model has more lines
-- - probability: as in audience.interests
-- - lift: as in audience.interests
-- - lift_among_new: as in audience.interests
-- - cumulative_buyer_share: as in audience.interests; NULL where the model has more lines
-- - expected_revenue: as in audience.interests
-- - score: as in audience.interests
-- - has_bought: as in audience.interests
-- - last_bought_date: as in audience.interests
-- - because: as in audience.interests
-- - reason: as in audience.interests
-- - evidence: as in audience.interests
-- - years_on_record: as in audience.interests
--
-- Errors: as in audience.interested_in_of
--
-- Example:
-- CREATE OR REPLACE TEMP MACRO categories(given) AS TABLE
-- FROM audience.intent_part('lines', customer_id, order_date, product_id, category, name := product_name,
--                           model := given);
-- CREATE OR REPLACE TEMP TABLE parts AS FROM categories(NULL);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts');
-- CREATE OR REPLACE TEMP TABLE parts AS FROM categories((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE parts AS FROM categories((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE parts AS FROM categories((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.intent_model('parts', model := (SELECT model FROM saved));
-- SELECT label, customer_id, round(probability, 3) AS probability, has_bought, reason
-- FROM audience.interests_of('lines', customer_id, order_date, product_id, category,
--                            model := (SELECT model FROM saved), only_new := true, top := 1)
-- ORDER BY probability DESC
-- LIMIT 3;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.interests_of(
    lines,
    customer_id,
    order_date,
    product,
    label,
    model := NULL,
    filter := true,
    only_new := false,
    top := NULL,
    amount := NULL,
    labels := 'enum'
) AS TABLE
WITH __interests AS NOT MATERIALIZED (
    -- One row per label and customer.
    FROM audience.__interests_of('interests_of', lines, customer_id, order_date, product, 'label', label, model, filter,
                                 only_new, top, amount)
), __enum AS NOT MATERIALIZED (
    -- One row per label and customer.
    FROM audience.__interest_columns('__interests')
), __text AS NOT MATERIALIZED (
    -- One row per label and customer, with labels that every database can store.
    SELECT * REPLACE (evidence::VARCHAR AS evidence) FROM __enum
)
FROM query_table(audience.__labels('interests_of', labels));
