-- One row per customer and product that was bought on at least two days: what is expected of it. `pairs` are the rows
-- of __product_purchases, `options` the date and the days to look ahead.
CREATE MACRO audience.__repurchases(caller, pairs, options) AS TABLE
WITH __fitted AS MATERIALIZED (
    -- One row: also the model of the gaps in this shop.
    SELECT *
    FROM query_table(options), (
        SELECT __audience_repurchase_fit(caller, __latest, __gaps, __square, __together, __as_of) AS __model
        FROM query_table(pairs), query_table(options)
    )
), __sums AS MATERIALIZED (
    -- One row per product: how its customers differ from the shop's.
    SELECT __product, __audience_product_pace(caller, __model, __latest, __gaps, __as_of) AS __found
    FROM query_table(pairs), __fitted
    GROUP BY __product
), __spread AS MATERIALIZED (
    -- One row: how much products differ, which is the variance of their ln b.
    SELECT coalesce(greatest(
               __audience_exact_sum(caller, __found.score ** 2 - __found.squares)
                   / nullif(__audience_exact_sum(caller, __found.information ** 2), 0), 0), 0) AS __variance
    FROM __sums
), __paces AS MATERIALIZED (
    -- One row per product: how much slower it is than the shop, as far as it is known.
    SELECT __product, __variance * __found.score / (__variance * __found.information + 1) AS __pace
    FROM __sums, __spread
)
SELECT __customer, __product, __times, __latest, __last_quantity, __usual_quantity, __as_of, __within_days,
       __audience_repurchase(caller, __model, __pace, __latest, __gaps, __last_quantity / __usual_quantity, __as_of,
                             __within_days) AS __found
FROM query_table(pairs) JOIN __paces USING (__product), __fitted
WHERE __times > 1;
