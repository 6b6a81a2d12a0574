-- What the order lines of some customers say about purchase intent: one row with one STRUCT, which
-- audience.intent_model adds to those of the other customers. It is for order lines that are read in parts, because
-- they do not fit on one machine or into its memory. All lines of a customer have to be in one part, as parts by a hash
-- of the customer have them.
--
-- There are four steps, because each needs what the one before has learned of all customers: the products, the weights
-- of the products, the scales of the similarities, the calibration. A step is a call for each part, and one of
-- audience.intent_model. The next step's call is the same, with that model; see scale.md.
--
-- Arguments:
-- - lines, customer_id, order_date, product, filter, name, amount: as in audience.interested_in. Give the same in every
--   step and part
-- - label: a BOOLEAN expression over the lines, as target in audience.interested_in; or one of any other type, as label
--   in audience.interests
-- - as_of: DATE; lines after it are ignored; default NULL = the day of the latest line of any part that is not after
--   today. The steps after the first take it from the model
-- - horizon_days: as in audience.interested_in; the same in every step
-- - model: STRUCT from audience.intent_model over the parts of the step before, such as (SELECT model FROM saved);
--   default NULL = the first step
--
-- Returns:
-- - part: STRUCT with format_version, step (products, weights, scales or calibration), fingerprint (of the model that
--   it belongs to), as_of (if given), latest_line_date, horizon_days, lines, checksum (of the lines, their label and
--   amount), amount_given, products (those of the part, with label, name and lines; in the first step), and state (what
--   was counted, packed; in the others)
--
-- Errors:
-- - horizon_days is out of range, as_of is infinite, or one of them is not that of the model
-- - the model is complete, of another version or out of range, or does not know a product or a label of the lines
-- - label has more than 1,000 values, or too many for so many products
-- - and as in audience.interested_in
--
-- Example:
-- SELECT part.step, part.lines, part.latest_line_date, len(part.products) AS products
-- FROM audience.intent_part('lines', customer_id, order_date, product_id, category = 'Tents', filter := quantity > 0,
--                           name := product_name)
-- ORDER BY part.step;
--
-- Source: as in audience.interested_in.
CREATE MACRO audience.intent_part(
    lines,
    customer_id,
    order_date,
    product,
    label,
    as_of := NULL,
    filter := true,
    horizon_days := 60,
    name := NULL,
    amount := NULL,
    model := NULL
) AS TABLE
WITH __lines AS MATERIALIZED (
    -- One row per order line. What is false belongs to no label.
    SELECT * REPLACE (CASE WHEN typeof(__label) = 'BOOLEAN' AND __label::VARCHAR = 'false' THEN NULL
                           ELSE __label END AS __label)
    FROM audience.__intent_lines('intent_part', lines, customer_id, order_date, product, 'label', label, filter, name,
                                 amount)
), __given AS MATERIALIZED (
    -- One row: the model so far.
    FROM audience.__opened_intent('intent_part', '__lines', model)
), __model AS MATERIALIZED (
    -- One row: the model so far, and the step.
    FROM audience.__intent_step('intent_part', '__given', as_of, horizon_days)
), __known AS MATERIALIZED (
    -- One row per order line up to as_of.
    SELECT __lines.* FROM __lines, __model WHERE __day <= __until
), __baskets AS MATERIALIZED (
    -- One row per customer; none in the first step.
    FROM audience.__given_baskets('intent_part', '__known', '__model', 'label')
), __named AS (
    -- One row per product, label and name that occur together, in the first step.
    SELECT __product, __label, __name, count(*) AS __rows
    FROM __known, __model
    WHERE __next = 'products'
    GROUP BY ALL
), __products AS (
    -- One row: these in a list.
    SELECT list({'product': __product, 'label': __label, 'name': __name, 'lines': __rows}
                ORDER BY __product ASC, __label ASC, __name ASC) AS __pairs
    FROM __named
), __counted AS (
    -- One row: what the lines are.
    SELECT count(*) AS __rows, audience.__checksum(hash(__customer, __day, __product, __label, __amount)) AS __sum,
           max(__day) AS __latest FROM __known
)
SELECT {
           'format_version': audience.__parts_format(),
           'step': __next,
           'fingerprint': __fingerprint,
           'as_of': __asked_day,
           'latest_line_date': __latest,
           'horizon_days': __asked_horizon,
           'lines': __rows,
           'checksum': __sum,
           'amount_given': __is_given,
           'products': __pairs,
           'state': __state
       } AS part
FROM __model, __products, __counted, audience.__intent_state('intent_part', '__baskets', '__model'),
     audience.__is_given(lines, amount);
