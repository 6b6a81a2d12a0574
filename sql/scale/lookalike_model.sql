-- Adds up what the parts of the order lines say about lookalikes: one row with one STRUCT, the model. After the third
-- step it is complete, and bit for bit what one machine would have learned of all order lines; audience.lookalikes_of
-- scores with it. See audience.lookalike_part and scale.md.
--
-- Arguments:
-- - parts: the quoted name of a relation with the column of audience.lookalike_part, one row per part, of one step,
--   such as 'weights_*.parquet'
-- - model: STRUCT from audience.lookalike_model over the step before, as it was given to these parts; default NULL =
--   the first step
--
-- Returns:
-- - model: STRUCT with format_version, step (the one that was learned last: products, weights or fit), fingerprint (of
--   what was learned so far), as_of, lines and checksum (of all parts), customers (with a purchase), seeds (those of
--   them for whom seed holds), products (by their numbers, from 0), and weights and fit, packed; NULL before their step
--
-- Errors:
-- - the parts are of another step, model or version, of different ones, or have other options
-- - the parts of a later step are not those of the first, by their lines: one is missing, or there twice, or the
--   seed, filter or amount is another
-- - seed holds for no customer
-- - a state was made for something else, or is damaged
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE parts AS
-- FROM audience.lookalike_part('lines', customer_id, order_date, product_name, amount, category = 'Tents');
-- SELECT model.step, model.as_of, model.lines, len(model.products) AS products
-- FROM audience.lookalike_model('parts')
-- ORDER BY model.step;
--
-- Source: as in audience.lookalikes.
CREATE MACRO audience.lookalike_model(parts, model := NULL) AS TABLE
WITH __parts AS MATERIALIZED (
    -- One row per part. How far the taste looks is no option.
    SELECT struct_insert(part, horizon_days := 365) AS __part FROM query_table(parts)
), __named AS MATERIALIZED (
    -- One row per part and product.
    SELECT unnest(__part.products) AS __product FROM __parts
), __given AS MATERIALIZED (
    -- One row: the model so far.
    FROM audience.__opened_lookalikes('lookalike_model', '__named', model)
), __agreed AS MATERIALIZED (
    -- One row: what the parts have in common. Nothing is added up before that is known.
    FROM audience.__agreed_parts('lookalike_model', '__parts', '__given', audience.__lookalike_steps(),
                                 'lookalike_part')
), __learned AS MATERIALIZED (
    -- One row: what is learned in the steps after the first.
    FROM audience.__learned_lookalikes('lookalike_model', '__parts', '__agreed')
), __model AS (
    -- One row: what was known and what is new.
    SELECT __agreed AS __common, coalesce(__as_of, __agreed.as_of) AS __day, __fingerprint,
           coalesce(__product_list, (SELECT list(DISTINCT __product ORDER BY __product ASC) FROM __named), [])
               AS __products,
           coalesce(__customer_count, __new_customers) AS __customers, __new_fit,
           coalesce(__weights, __new_weights) AS __all_weights,
           __new_fit.seeds = 0 AND __new_fit.others > 0 AS __has_no_seed
    FROM __agreed, __given, __learned
)
SELECT {
           'format_version': audience.__parts_format(),
           'step': __common.step,
           'fingerprint': md5(concat_ws(' ', __fingerprint, __common::VARCHAR, __day, __products::VARCHAR,
                                        __customers, md5(__all_weights), md5(__new_fit.model))),
           'as_of': __day,
           'lines': __common.lines,
           'checksum': __common.checksum,
           'customers': __customers,
           'seeds': __new_fit.seeds,
           'products': __products,
           'weights': __all_weights,
           'fit': __new_fit.model
       } AS model
FROM __model
WHERE CASE WHEN __has_no_seed
           THEN audience.__refused('lookalike_model', concat('parts have no seed: it holds for none of ',
                                                             __new_fit.others, ' customers'))
           ELSE __common IS NOT NULL END;
