-- How well audience.lookalikes tells a seed from the other customers, measured on seed customers that are hidden from
-- it. One row.
--
-- Cross-validation: the seed customers are divided into five folds, in the order of customer_id. Each fold is hidden in
-- turn: its customers count as others when the taste is learnt and the model is fitted, as unknown seed customers
-- would. Then they are ranked against all customers outside the seed. 0.5 is guessing, 1 is perfect. A perfect result
-- means nothing where the seed is defined by something that the model sees; then there is a warning.
--
-- Arguments:
-- - lines, customer_id, order_date, product, amount, seed, as_of, filter: as in audience.lookalikes
--
-- Returns:
-- - seed_customers: customers with a purchase for whom `seed` holds
-- - holdout_auc: chance that a hidden seed customer is ranked above a customer outside the seed, ties counting half;
--   NULL with fewer than two of either
-- - lower: lower end of its 95 % interval, for other seed customers of the same kind. In simulations it holds the
--   truth in 92 % with 20 to 25 seed customers, in 94 to 99 % with 30 or more
-- - upper: upper end; the interval has no width where the ranking is perfect
-- - warning: NULL, or what is wrong with the seed: it is nobody, everybody, all but one or fewer than 20 customers; one
--   figure (silence_days, purchases, revenue or tenure_days) or one product alone identifies it with an AUC of 0.95 or
--   more; or 90 % of its customers bought products that nobody else did, more than chance explains. A seed that is
--   defined by many products with few buyers each is not noticed
--
-- Errors: as_of is infinite
--
-- Example:
-- FROM audience.lookalike_quality('lines', customer_id, order_date, product_name, amount,
--                                 customer_id IN (SELECT customer_id FROM lines WHERE category = 'Tents'),
--                                 filter := status != 'cancelled' AND category != 'Tents');
--
-- Source: the interval is by DeLong, DeLong & Clarke-Pearson (1988), with the variance between the models of the folds,
-- a jackknife (Tukey 1958), added, on the scale of log odds (Pepe 2003). Each hidden customer is compared only by the
-- model that did not know them.
CREATE MACRO audience.lookalike_quality(
    lines,
    customer_id,
    order_date,
    product,
    amount,
    seed,
    as_of := NULL,
    filter := true
) AS TABLE
WITH __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * EXCLUDE (__detail) RENAME (__mark AS __seed)
    FROM audience.__order_lines(
        'lookalike_quality', lines, customer_id, order_date, product, 'seed',
        audience.__condition('lookalike_quality', 'seed', seed),
        NULL, as_of, filter, amount := amount)
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__products('__known')
), __customers AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__lookalike_customers('lookalike_quality', '__known', '__products', 5)
), __fitted AS MATERIALIZED (
    -- One row: the measures, and the product that tells seeds best.
    SELECT __fit, __audience_telling_product('lookalike_quality', __weights) AS __telling
    FROM audience.__lookalike_fit('lookalike_quality', '__customers', '__products', as_of, 5)
)
SELECT
    coalesce(__fit.seeds, 0) AS seed_customers,
    __fit.auc AS holdout_auc,
    __fit.lower,
    __fit.upper,
    audience.__seed_warning(__fit, __telling, __product) AS warning
FROM __fitted
LEFT JOIN __products ON __index = __telling.product;
