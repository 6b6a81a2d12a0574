-- Adds up what the parts of the order lines say about purchase intent: one row with one STRUCT, the model. After the
-- fourth step it is complete, and bit for bit what one machine would have learned of all order lines;
-- audience.interested_in_of and audience.interests_of score with it. See audience.intent_part and scale.md.
--
-- Arguments:
-- - parts: the quoted name of a relation with the column of audience.intent_part, one row per part, of one step, such
--   as 'weights_*.parquet'
-- - model: STRUCT from audience.intent_model over the step before, as it was given to these parts; default NULL = the
--   first step
--
-- Returns:
-- - model: STRUCT with format_version, step (the one that was learned last: products, weights, scales or calibration),
--   fingerprint (of what was learned so far), as_of, horizon_days, lines and checksum (of all parts), amount_given,
--   products, names and labels (by their numbers, from 0), members (which product has which label, packed), and
--   weights, scales and calibration, packed; NULL before their step
--
-- Errors:
-- - the parts are of another step, model or version, of different ones, or have other options
-- - the parts of a later step are not those of the first, by their lines: one is missing, or there twice, or the
--   label, filter or amount is another
-- - no order line has a label
-- - a state was made for something else, or is damaged
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE parts AS
-- FROM audience.intent_part('lines', customer_id, order_date, product_id, category = 'Tents', filter := quantity > 0);
-- SELECT model.step, model.as_of, model.lines, len(model.products) AS products, model.labels
-- FROM audience.intent_model('parts')
-- ORDER BY model.step;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.intent_model(parts, model := NULL) AS TABLE
WITH __parts AS MATERIALIZED (
    -- One row per part.
    SELECT part AS __part FROM query_table(parts)
), __named AS MATERIALIZED (
    -- One row per part, product, label and name that occur together.
    SELECT __pair.product AS __product, __pair.label AS __label, __pair.name AS __name, __pair.lines AS __rows
    FROM (SELECT unnest(__part.products) AS __pair FROM __parts)
), __given AS MATERIALIZED (
    -- One row: the model so far.
    FROM audience.__opened_intent('intent_model', '__named', model)
), __agreed AS MATERIALIZED (
    -- One row: what the parts have in common. Nothing is added up before that is known.
    FROM audience.__agreed_parts('intent_model', '__parts', '__given', audience.__intent_steps(), 'intent_part')
), __catalogue AS MATERIALIZED (
    -- One row: the products, in the first step.
    FROM audience.__catalogue_of_parts('intent_model', '__named')
), __learned AS MATERIALIZED (
    -- One row: what is learned in the other steps.
    FROM audience.__learned_intent('intent_model', '__parts', '__given', '__agreed')
), __model AS (
    -- One row: what was known and what is new.
    SELECT __agreed AS __common, coalesce(__product_list, __found_products) AS __products,
           coalesce(__name_list, __found_names) AS __names, coalesce(__label_list, __found_labels) AS __labels,
           coalesce(__members, __found_members) AS __pairs, coalesce(__as_of, __agreed.as_of) AS __day,
           coalesce(__weights, __new_weights) AS __all_weights, coalesce(__scales, __new_scales) AS __all_scales,
           coalesce(__calibration, __new_calibration) AS __all_calibrations, __fingerprint
    FROM __agreed, __given, __catalogue, __learned
), __paid AS (
    -- One row: whether the parts have amounts.
    SELECT CASE WHEN count(DISTINCT __part.amount_given) > 1
                THEN audience.__refused('intent_model', 'parts must be all with an amount, or all without')
                ELSE bool_or(__part.amount_given) END AS __is_paid
    FROM __parts
)
SELECT {
           'format_version': audience.__parts_format(),
           'step': __common.step,
           'fingerprint': md5(concat_ws(' ', __fingerprint, __common::VARCHAR, __day, __products::VARCHAR,
                                        __names::VARCHAR, __labels::VARCHAR, md5(__pairs), md5(__all_weights),
                                        md5(__all_scales), md5(__all_calibrations))),
           'as_of': __day,
           'horizon_days': __common.horizon_days,
           'lines': __common.lines,
           'checksum': __common.checksum,
           'amount_given': __is_paid,
           'products': __products,
           'names': __names,
           'labels': __labels,
           'members': __pairs,
           'weights': __all_weights,
           'scales': __all_scales,
           'calibration': __all_calibrations
       } AS model
FROM __model, __paid;
