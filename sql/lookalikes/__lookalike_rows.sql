-- One row per customer outside the seed with a purchase, ordered by customer: the columns of audience.lookalikes, and
-- what the rank is made of. `fitted` has all that a score needs besides the customer.
CREATE MACRO audience.__lookalike_rows(caller, customers, products, fitted) AS TABLE
WITH __scored AS (
    -- One row per customer outside the seed.
    SELECT __customer, __top,
           __audience_lookalike_score(caller, __basket, __history, __weights, __model, __horizon_days) AS __found
    FROM query_table(customers), query_table(fitted)
    WHERE NOT __is_seed AND __history IS NOT NULL
), __ranked AS (
    -- One row per customer to list, with the rank.
    SELECT *, row_number() OVER (ORDER BY __found.log_odds DESC, __customer ASC) AS __rank
    FROM __scored
    QUALIFY __rank <= coalesce(__top, __rank)
), __features AS MATERIALIZED (
    -- One row per product, as a text, because a LEFT JOIN must not bring values of the user's type: see the laws of the
    -- macros.
    SELECT __index, 'bought ' || __product::VARCHAR AS __feature FROM query_table(products)
)
SELECT
    __customer,
    __rank,
    __found.similarity AS __similarity,
    [
        audience.__lookalike_reason(__found.first, __first.__feature),
        audience.__lookalike_reason(__found.second, __second.__feature),
        audience.__lookalike_reason(__found.third, __third.__feature)
    ][:audience.__filled(__found)] AS __because,
    __found.log_odds AS __log_odds
FROM __ranked
LEFT JOIN __features AS __first ON __first.__index = __found.first.product
LEFT JOIN __features AS __second ON __second.__index = __found.second.product
LEFT JOIN __features AS __third ON __third.__index = __found.third.product
ORDER BY __customer ASC;
