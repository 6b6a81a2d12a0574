-- One row: the checked options of audience.recommend, and how many products there are.
CREATE MACRO audience.__recommend_options(
    baskets,
    products,
    as_of,
    horizon_days,
    only_new,
    top,
    own_share,
    max_per_category
) AS TABLE
WITH __counted AS (
    -- One row: how many products there are of each kind.
    SELECT count(*)::INTEGER AS __product_count, count(*) FILTER (__is_compared)::INTEGER AS __width,
           count(*) FILTER (__allowed) AS __allowed_count, count(__category) AS __categorised_count
    FROM query_table(products)
), __options AS (
    -- One row: the same with the options.
    SELECT __as_of, __horizon_days, __only_new, __product_count, __width, __allowed_count, __categorised_count,
           audience.__checked('recommend', 'top', __top, __top <= 1000, '1 to 1000')::INTEGER AS __top,
           audience.__checked('recommend', 'own_share', own_share,
                              own_share IS NULL OR audience.__number(own_share) BETWEEN 0 AND 1, '0 to 1')::DOUBLE
               AS __own_share,
           CASE WHEN max_per_category IS NULL AND __categorised_count = 0 THEN NULL
                ELSE audience.__checked_number('recommend', 'max_per_category', max_per_category, 1, 1000)
           END AS __max_per_category
    FROM audience.__intent_options('recommend', baskets, horizon_days, only_new, top),
         audience.__clock('recommend', baskets, as_of),
         __counted
)
-- 0.29 * 100 is a little less than 29.
SELECT __as_of, __horizon_days, __product_count, __width, __top,
       CASE WHEN __only_new THEN 0 ELSE coalesce(floor(__own_share * __top + 1e-9), __top) END::INTEGER AS __most_own,
       coalesce(__max_per_category, __top) AS __most_per_category
FROM __options
WHERE audience.__met('recommend', 'target', __product_count, __allowed_count)
  AND (__max_per_category IS NULL
       OR audience.__met('recommend', 'category', __product_count, __categorised_count,
                         problem := 'is NULL in every order line; max_per_category needs it'));
