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
-- - lower: lower end of its 95 % interval
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
-- Source: the interval is by DeLong, DeLong & Clarke-Pearson (1988); each hidden customer is compared only by the model
-- that did not know them.
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
WITH __lines AS (
    SELECT customer_id AS __customer, order_date::DATE AS __day, product AS __product, amount AS __amount, seed AS __seed
    FROM query_table(lines)
    WHERE filter
), __known AS MATERIALIZED (
    FROM __lines
    WHERE __customer IS NOT NULL AND isfinite(__day) AND __day <= coalesce(as_of::DATE, current_date)
), __products AS MATERIALIZED (
    SELECT __product, (row_number() OVER (ORDER BY __product) - 1)::INTEGER AS __index
    FROM (SELECT DISTINCT __product FROM __known WHERE __product IS NOT NULL)
), __customers AS MATERIALIZED (
    FROM audience.__lookalike_customers('lookalike_quality', '__known', '__products', 5)
), __fitted AS MATERIALIZED (
    SELECT __fit, __audience_telling_product('lookalike_quality', __weights) AS __telling
    FROM audience.__lookalike_fit('lookalike_quality', '__customers', '__products', as_of, 5)
)
SELECT
    coalesce(__fit.seeds, 0) AS seed_customers,
    __fit.auc AS holdout_auc,
    __fit.lower,
    __fit.upper,
    nullif(concat_ws('; ',
        CASE WHEN __fit IS NULL OR __fit.seeds + __fit.others = 0 THEN 'there is no customer'
             WHEN __fit.seeds = 0 THEN 'seed holds for no customer'
             WHEN __fit.others = 0 THEN 'seed holds for every customer, so there is nobody to tell seeds from'
             WHEN __fit.others = 1 THEN 'seed leaves only one other customer, from whom nobody can be told'
             WHEN __fit.seeds < 20 THEN concat('with only ', __fit.seeds, CASE __fit.seeds WHEN 1 THEN ' seed customer' ELSE ' seed customers' END, ', what they have in common may be chance') END,
        CASE WHEN __fit.figure_auc >= 0.95
             THEN format('{} alone tells seeds from the others with an AUC of {:.2f}: the seed is defined by it, and the lookalikes are little more than the next in its order',
                         __fit.figure, __fit.figure_auc) END,
        CASE WHEN __telling.auc >= 0.95
             THEN format('having bought {} alone tells seeds from the others with an AUC of {:.2f}: the seed is defined by it; leave it out with filter, or ask interested_in who wants it',
                         __product::VARCHAR, __telling.auc)
             WHEN __fit.others > 0 AND __fit.exclusive >= 0.9 * __fit.seeds AND __fit.seeds > 1
             THEN format('{} of {} seed customers bought products that nobody else bought: the seed is defined by them; leave them out with filter, or ask interested_in who wants them',
                         __fit.exclusive, __fit.seeds) END), '') AS warning
FROM __fitted
LEFT JOIN __products ON __index = __telling.product;
