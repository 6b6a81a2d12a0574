-- The rows of audience.lookalikes, from the order lines and the model that was made of them: the last step where order
-- lines are read in parts; see scale.md. All columns are equal bit for bit to those of audience.lookalikes over all
-- lines. The rows are in no order.
--
-- The lines may be those of all customers, or a part of them. A part does not know how many customers elsewhere are
-- more similar, so there rank is NULL: rank the rows of all parts together, by row_number() OVER (ORDER BY log_odds
-- DESC, customer_id).
--
-- Arguments:
-- - lines, customer_id, order_date, product, amount, seed, filter: as they were given to audience.lookalike_part
-- - model: STRUCT from audience.lookalike_model after all steps, such as (SELECT model FROM saved); as_of is its own
-- - top: only this many customers of these lines, the best; at least 1; default NULL = all
--
-- Returns:
-- - customer_id: as in audience.lookalikes
-- - rank: as in audience.lookalikes; NULL where the model has more lines
-- - similarity: as in audience.lookalikes
-- - because: as in audience.lookalikes
-- - log_odds: the log odds of similarity, by which customers are ranked
--
-- Errors:
-- - model is NULL, not complete, of another version or out of range, or does not know a product of the lines
-- - top is below 1
-- - seed holds for more customers than the model's did, or, of all lines, for fewer
--
-- Example:
-- CREATE OR REPLACE TEMP MACRO like_club(given) AS TABLE
-- FROM audience.lookalike_part('lines', customer_id, order_date, product_name, amount, customer_id % 10 = 0,
--                              model := given);
-- CREATE OR REPLACE TEMP TABLE parts AS FROM like_club(NULL);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.lookalike_model('parts');
-- CREATE OR REPLACE TEMP TABLE parts AS FROM like_club((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.lookalike_model('parts', model := (SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE parts AS FROM like_club((SELECT model FROM saved));
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.lookalike_model('parts', model := (SELECT model FROM saved));
-- SELECT customer_id, rank, round(similarity, 3) AS similarity, because[1].feature AS feature
-- FROM audience.lookalikes_of('lines', customer_id, order_date, product_name, amount, customer_id % 10 = 0,
--                             model := (SELECT model FROM saved))
-- ORDER BY rank
-- LIMIT 3;
--
-- Source: as in audience.lookalikes.
CREATE MACRO audience.lookalikes_of(
    lines,
    customer_id,
    order_date,
    product,
    amount,
    seed,
    model := NULL,
    filter := true,
    top := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_top('lookalikes_of', top) AS __top
), __lines AS MATERIALIZED (
    -- One row per order line, also after as_of.
    FROM audience.__lookalike_lines('lookalikes_of', lines, customer_id, order_date, product, amount, seed, filter)
), __opened AS MATERIALIZED (
    -- One row: the model, if it is complete.
    SELECT * REPLACE (CASE WHEN __step = 'fit' THEN __step
                           ELSE audience.__refused('lookalikes_of', concat(
                               'model must be that of audience.lookalike_model after all steps, got ',
                               coalesce('the one after the step ' || __step, 'NULL'))) END AS __step)
    FROM audience.__opened_lookalikes('lookalikes_of', '__lines', model)
), __known AS MATERIALIZED (
    -- One row per order line up to as_of.
    SELECT __lines.* FROM __lines, __opened WHERE __day <= __as_of
), __products AS MATERIALIZED (
    -- One row per product of the lines.
    FROM audience.__given_products('lookalikes_of', '__known', '__opened')
), __customers AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__lookalike_customers('lookalikes_of', '__known', '__products', 0)
), __fitted AS MATERIALIZED (
    -- One row: all that a score needs besides the customer.
    SELECT __weights, __horizon_days, __model, __top FROM __opened, __options WHERE __step IS NOT NULL
), __extent AS MATERIALIZED (
    -- One row: whether these are all lines, if the seed can be that of the model.
    FROM audience.__seed_extent('lookalikes_of', '__known', '__customers', '__opened')
)
SELECT
    __customer AS customer_id,
    CASE WHEN __is_whole THEN __rank END AS rank,
    __similarity AS similarity,
    __because AS because,
    __log_odds AS log_odds
FROM audience.__lookalike_rows('lookalikes_of', '__customers', '__products', '__fitted'), __extent
WHERE __is_whole IS NOT NULL;
