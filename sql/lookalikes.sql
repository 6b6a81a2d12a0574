CREATE MACRO audience.lookalikes(lines, customer_id, order_date, product, amount, seed, as_of := NULL, filter := true, top := NULL) AS TABLE
WITH __options AS MATERIALIZED (
    SELECT CASE WHEN top IS NULL OR top >= 1 THEN top::BIGINT
                ELSE error('audience: lookalikes: top must be at least 1, got ' || top::VARCHAR) END AS __top
), __lines AS (
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
    FROM audience.__lookalike_customers('__known', '__products', 0)
), __fitted AS MATERIALIZED (
    SELECT __weights, __horizon_days, __top,
           CASE WHEN __fit.seeds = 0
                THEN error(concat('audience: lookalikes: seed must hold for at least one customer, got none of ', __fit.others))
                ELSE __fit.model END AS __model
    FROM audience.__lookalike_fit('lookalikes', '__customers', '__products', as_of, 0), __options
), __scored AS (
    SELECT *, row_number() OVER (ORDER BY __found.log_odds DESC, __customer) AS __rank
    FROM (
        SELECT __customer, __audience_lookalike_score(__basket, __history, __weights, __model, __horizon_days) AS __found, __top
        FROM __customers, __fitted
    )
    WHERE __found IS NOT NULL
    QUALIFY __rank <= coalesce(__top, __rank)
)
SELECT
    __customer AS customer_id,
    __rank AS rank,
    __found.similarity,
    [
        {'feature': coalesce(__found.first.figure, 'bought ' || __first.__product::VARCHAR), 'value': __found.first.value, 'seeds': __found.first.seeds, 'others': __found.first.others, 'contribution': __found.first.contribution},
        {'feature': coalesce(__found.second.figure, 'bought ' || __second.__product::VARCHAR), 'value': __found.second.value, 'seeds': __found.second.seeds, 'others': __found.second.others, 'contribution': __found.second.contribution},
        {'feature': coalesce(__found.third.figure, 'bought ' || __third.__product::VARCHAR), 'value': __found.third.value, 'seeds': __found.third.seeds, 'others': __found.third.others, 'contribution': __found.third.contribution}
    ][:(__found.first IS NOT NULL)::INTEGER + (__found.second IS NOT NULL)::INTEGER + (__found.third IS NOT NULL)::INTEGER] AS because
FROM __scored
LEFT JOIN __products AS __first ON __first.__index = __found.first.product
LEFT JOIN __products AS __second ON __second.__index = __found.second.product
LEFT JOIN __products AS __third ON __third.__index = __found.third.product
ORDER BY __customer;
