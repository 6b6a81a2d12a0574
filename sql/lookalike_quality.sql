CREATE MACRO audience.lookalike_quality(lines, customer_id, order_date, product, amount, seed, as_of := NULL, filter := true) AS TABLE
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
    FROM audience.__lookalike_customers('__known', '__products', 5)
), __fitted AS MATERIALIZED (
    SELECT __fit, __audience_telling_product(__weights) AS __telling
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
             WHEN __fit.seeds < 20 THEN concat('with only ', __fit.seeds, ' seed customers, what they have in common may be chance') END,
        CASE WHEN __fit.figure_auc >= 0.95
             THEN format('{} alone tells seeds from the others with an AUC of {:.2f}: the seed is defined by it, and the lookalikes are little more than the next in its order',
                         __fit.figure, __fit.figure_auc) END,
        CASE WHEN __telling.auc >= 0.95
             THEN format('having bought {} alone tells seeds from the others with an AUC of {:.2f}: the seed is defined by it, and interested_in, which leaves it out, ranks better whom to offer it',
                         __product, __telling.auc) END), '') AS warning
FROM __fitted
LEFT JOIN __products ON __index = __telling.product;
