-- Replenishment: which products that a customer keeps buying are due again, when, and how likely the customer buys them
-- within the next days. One row for every customer and product that the customer bought on at least two days, ordered
-- by both.
--
-- The usual gap is the median time to the next purchase of a customer who still buys the product. It rests on the
-- customer's own gaps between purchases. The fewer there are, the more it is drawn to the product's typical gap, and
-- that of a rarely bought product to the shop's. The present silence is not counted, so a due date stays where it is.
-- The probability counts it, and knows that customers stop buying a product for ever: the longer something is overdue,
-- the lower it gets.
--
-- Arguments:
-- - lines: the quoted name of a relation of order lines
-- - customer_id: expression over its columns; rows where it is NULL are ignored
-- - order_date: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone); rows where it is NULL or infinite
--   are ignored
-- - product: expression over its columns, of any type; rows where it is NULL are ignored. It may be a label as well,
--   such as a category
-- - quantity: any number of units; a line with 0 or less is no purchase, one with NULL or NaN is one of an unknown
--   quantity. A larger quantity than usual lasts longer, as far as the shop's own gaps say; default NULL = every line
--   is a purchase
-- - as_of: as in audience.customers
-- - filter: as in audience.customers. Lines have no amount here, so leave refunds and cancelled orders out:
--   filter := status = 'completed'
-- - within_days: INTEGER, 1 to 36,525; default 30
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - product: the product, of the type that was given
-- - times: days on which the customer bought it, from 2; several lines of a day are one purchase
-- - last_bought_date: the latest of them
-- - last_quantity: bought on that day, to a millionth and up to 8.8e12; NULL where it is not known
-- - usual_quantity: the geometric mean over the days whose quantity is known
-- - usual_gap_days: median days to the next purchase after the usual quantity
-- - due_date: last_bought_date plus the usual gap, longer after a larger quantity and shorter after a smaller one; NULL
--   where that is no date any more
-- - overdue_days: days from due_date to as_of; 0 before it
-- - next_order_date: the median day of the next purchase, of a customer who still buys the product; after as_of, and
--   later with every day of silence; NULL where that is no date any more
-- - probability: probability to buy the product on a day after as_of, up to within_days after it
-- - reason: all of this in one sentence
--
-- Errors:
-- - within_days is out of range
-- - quantity is not a number
-- - as_of is infinite
--
-- Example:
-- SELECT customer_id, product, times, last_bought_date, round(usual_gap_days, 1) AS usual_gap_days, due_date,
--        overdue_days, round(probability, 3) AS probability
-- FROM audience.replenishment('lines', customer_id, order_date, category, quantity := quantity,
--                             filter := status = 'completed')
-- ORDER BY probability DESC, customer_id
-- LIMIT 4;
--
-- Source: Weibull gaps with gamma distributed rates (Lancaster (1990), The Econometric Analysis of Transition Data),
-- and leaving after a purchase as in MBG/NBD (Batislam, Denizel & Filiztekin (2007)); see replenishment.md.
CREATE MACRO audience.replenishment(
    lines,
    customer_id,
    order_date,
    product,
    quantity := NULL,
    as_of := NULL,
    filter := true,
    within_days := 30
) AS TABLE
WITH __pairs AS MATERIALIZED (
    -- One row per customer and product.
    FROM audience.__product_purchases('replenishment', lines, customer_id, order_date, product, quantity, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the date, and the days to look ahead.
    SELECT __as_of, audience.__checked_days('replenishment', 'within_days', within_days, 1, '1 to') AS __within_days
    FROM audience.__clock('replenishment', '__pairs', as_of)
), __ordered AS (
    -- One row per customer and product to list.
    FROM audience.__repurchases('replenishment', '__pairs', '__options')
    ORDER BY __customer ASC, __product ASC
)
SELECT
    __customer AS customer_id,
    __product AS product,
    __times AS times,
    __latest AS last_bought_date,
    __last_quantity AS last_quantity,
    __usual_quantity AS usual_quantity,
    __found.usual_gap_days,
    __found.due_date,
    greatest(audience.__days_since(__found.due_date, __as_of), 0) AS overdue_days,
    __found.next_order_date,
    __found.probability,
    __audience_explain_repurchase('replenishment', __found, __times, __latest,
                                  __last_quantity / __usual_quantity, __as_of, __within_days) AS reason
FROM __ordered;
