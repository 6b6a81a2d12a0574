-- What the order lines of some customers say about lookalikes: one row with one STRUCT, which audience.lookalike_model
-- adds to those of the other customers. It is for order lines that are read in parts, because they do not fit on one
-- machine or into its memory. All lines of a customer have to be in one part, as parts by a hash of the customer have
-- them.
--
-- There are three steps, because each needs what the one before has learned of all customers: the products, the
-- weights of the products, the fit. A step is a call for each part, and one of audience.lookalike_model. The next
-- step's call is the same, with that model; see scale.md.
--
-- Arguments:
-- - lines, customer_id, order_date, product, amount, seed, filter: as in audience.lookalikes. Give the same in every
--   step and part
-- - as_of: DATE; lines after it are ignored; default NULL = the day of the latest line of any part that is not after
--   today. The steps after the first take it from the model
-- - model: STRUCT from audience.lookalike_model over the parts of the step before, such as (SELECT model FROM saved);
--   default NULL = the first step
--
-- Returns:
-- - part: STRUCT with format_version, step (products, weights or fit), fingerprint (of the model that it belongs to),
--   as_of (if given), latest_line_date, lines, checksum (of the lines, their seed and amount), customers (with a
--   purchase; in the steps after the first), products (those of the part; in the first step), and state (what was
--   counted, packed; in the others)
--
-- Errors:
-- - as_of is infinite, or not that of the model
-- - the model is complete, of another version or out of range, or does not know a product of the lines
-- - and as in audience.lookalikes
--
-- Example:
-- SELECT part.step, part.lines, part.latest_line_date, len(part.products) AS products
-- FROM audience.lookalike_part('lines', customer_id, order_date, product_name, amount,
--                              customer_id IN (SELECT customer_id FROM lines WHERE category = 'Tents'),
--                              filter := status != 'cancelled' AND category != 'Tents')
-- ORDER BY part.step;
--
-- Source: as in audience.lookalikes.
CREATE MACRO audience.lookalike_part(
    lines,
    customer_id,
    order_date,
    product,
    amount,
    seed,
    as_of := NULL,
    filter := true,
    model := NULL
) AS TABLE
WITH __lines AS MATERIALIZED (
    -- One row per order line.
    FROM audience.__lookalike_lines('lookalike_part', lines, customer_id, order_date, product, amount, seed, filter)
), __given AS MATERIALIZED (
    -- One row: the model so far.
    FROM audience.__opened_lookalikes('lookalike_part', '__lines', model)
), __model AS MATERIALIZED (
    -- One row: the model so far, and the step.
    FROM audience.__lookalike_step('lookalike_part', '__given', as_of)
), __known AS MATERIALIZED (
    -- One row per order line up to as_of.
    SELECT __lines.* FROM __lines, __model WHERE __day <= __until
), __judged AS MATERIALIZED (
    -- One row per order line up to as_of; none in the first step.
    SELECT __known.* FROM __known, __given WHERE __step IS NOT NULL
), __products AS MATERIALIZED (
    -- One row per product of these.
    FROM audience.__given_products('lookalike_part', '__judged', '__given')
), __customers AS MATERIALIZED (
    -- One row per customer of these.
    FROM audience.__lookalike_customers('lookalike_part', '__judged', '__products', 0)
), __named AS (
    -- One row: the products, in the first step.
    SELECT list(DISTINCT __product ORDER BY __product ASC) AS __all FROM __known, __model
    WHERE __next = 'products' AND __product IS NOT NULL
), __counted AS (
    -- One row: what the lines are.
    SELECT count(*) AS __rows, audience.__checksum(hash(__customer, __day, __product, __seed, __amount)) AS __sum,
           max(__day) AS __latest, (SELECT count(__history) FROM __customers) AS __buyers
    FROM __known
)
SELECT {
           'format_version': audience.__parts_format(),
           'step': __next,
           'fingerprint': __fingerprint,
           'as_of': __asked_day,
           'latest_line_date': __latest,
           'lines': __rows,
           'checksum': __sum,
           'customers': CASE WHEN __next <> 'products' THEN __buyers END,
           'products': __all,
           'state': __state
       } AS part
FROM __model, __named, __counted, audience.__lookalike_state('lookalike_part', '__customers', '__model')
WHERE __next IS NOT NULL;
