-- One row per month of the year, of the shop and of each label: the shop's season, what was bought, and what a label's
-- share of the shop's purchases would be.
CREATE MACRO audience.__monthly_shares(counts, months) AS TABLE
WITH __totals AS (
    -- One row for the shop, and one per label: the purchases of all months.
    SELECT __label, __is_shop, sum(__purchases) AS __all FROM query_table(counts) GROUP BY __label, __is_shop
)
SELECT __totals.__label, __totals.__is_shop, __season.*,
       coalesce(__own.__purchases, 0) AS __purchases, coalesce(__own.__squares, 0) AS __squares,
       coalesce(__shop.__purchases, 0) AS __of_all,
       coalesce(__shop.__purchases, 0) * __all
           / (sum(__all) FILTER (WHERE __totals.__is_shop) OVER (PARTITION BY __season.month)) AS __expected
FROM __totals CROSS JOIN query_table(months) AS __season
LEFT JOIN query_table(counts) AS __own
    ON __own.__month = __season.month AND __own.__is_shop = __totals.__is_shop
   AND __own.__label IS NOT DISTINCT FROM __totals.__label
LEFT JOIN query_table(counts) AS __shop ON __shop.__month = __season.month AND __shop.__is_shop;
