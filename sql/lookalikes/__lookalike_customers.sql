-- One row per customer with a line: the basket, in which label 0 means a seed, and the purchase history, NULL if there
-- are only refunds. Refunds are not purchases of their product. With `folds`, the seed customers are divided into that
-- many folds, and each also has the labels 1 to `folds` except the one of its own fold. A label is a line without a
-- product on a day that the customer has anyway.
CREATE MACRO audience.__lookalike_customers(
    caller,
    known,
    products,
    folds
) AS TABLE
WITH __counted AS (
    -- One row per product, where the baskets fit into memory. Checked here, because these are few.
    FROM query_table(products)
    WHERE audience.__lines_fit(caller, known)
), __seeds AS (
    -- One row per seed customer, with the fold.
    SELECT __customer, min(__day) AS __day, row_number() OVER (ORDER BY __customer ASC) % nullif(folds, 0) AS __fold
    FROM query_table(known)
    WHERE __seed
    GROUP BY __customer
), __rows AS (
    -- One row per order line, and per label of a seed customer.
    SELECT __customer, __day, __amount, NULL::INTEGER AS __label,
           CASE WHEN __amount < 0 AND __amount > '-infinity'::DOUBLE THEN NULL ELSE __index END AS __index
    FROM query_table(known)
    LEFT JOIN __counted USING (__product)
    UNION ALL
    SELECT __customer, __day, NULL, __label::INTEGER, NULL
    FROM __seeds, range(0, folds + 1) __labels(__label)
    WHERE __label = 0 OR __label - 1 != __fold
), __collected AS (
    -- One row per customer.
    SELECT __customer, __audience_basket(caller, __index, __day, __label, NULL) AS __packed,
           __audience_purchase_history(caller, __day, __amount) FILTER (WHERE __label IS NULL) AS __summary,
           bool_or(__label IS NOT NULL) AS __is_seed
    FROM __rows
    GROUP BY __customer
)
SELECT __customer, (md5_number_lower(__customer::VARCHAR) >> 1)::BIGINT AS __key, __packed.basket AS __basket,
       __summary.history AS __history, __summary.latest AS __latest, __is_seed
FROM __collected;
