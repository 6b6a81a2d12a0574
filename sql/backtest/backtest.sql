-- Checks the predictions on your own orders: fits and scores with nothing after cutoff, then compares with what
-- happened in the days after it. One row per lifecycle stage, importance tier and tenth of return probability that has
-- customers.
--
-- The customers are those with a purchase up to cutoff. Stages, tiers, tenths and the model see no row after cutoff, so
-- the result is what would have been predicted on that day. The window of the realised columns is the days after
-- cutoff, `days` of them at most. The customers of each dimension add up to all.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter: as in audience.customers
-- - cutoff: DATE, finite; the last day that the predictions know
-- - days: INTEGER, 1 to 3650; how many days after cutoff are compared; default 180
-- - season: as in audience.customers
-- - model: STRUCT from audience.purchase_model as of cutoff, or that of audience.shop, to judge a model that was fitted
--   to other orders, or the customers of a part as all are judged: see scale.md; default NULL = it is fitted to orders
--
-- Returns:
-- - dimension: what the customers are grouped by: lifecycle_stage, importance_tier or return_decile
-- - bucket: the stage, the tier, or the tenth: 1 holds the tenth of the customers who are most likely to return; equal
--   probabilities share a tenth
-- - customers: customers in the bucket
-- - predicted_return_rate: mean chance, 0 to 1, of at least one purchase in the window
-- - mbg_nbd_return_rate: the same by MBG/NBD alone, without what the shop's past adds
-- - realised_return_rate: share, 0 to 1, of the customers with at least one purchase in the window
-- - expected_purchases: expected purchases in the window
-- - realised_purchases: purchases in the window, that is days with at least one order
-- - expected_revenue: expected revenue in the window; NULL when no amount is known
-- - realised_revenue: sum of the known amounts in the window, refunds included; NULL when there are purchases but no
--   amount is known
-- - lift: realised_return_rate in multiples of the rate of all customers; NULL when nobody returned
-- - bar: realised_return_rate as a bar; a full one of 20 characters means that everybody returned
--
-- Errors:
-- - cutoff is NULL or infinite, not before the latest order, or before the first purchase; days is out of range
-- - model is something else than that STRUCT, or one of a day after cutoff, which knows what came then
-- - the relation or a column does not exist, or a type does not fit: DuckDB's own message
-- - the amounts add up to more than a DOUBLE holds
--
-- Example:
-- SELECT bucket, customers, predicted_return_rate, realised_return_rate, expected_purchases, realised_purchases, lift,
--        bar
-- FROM audience.backtest('orders', customer_id, order_date, amount, cutoff := DATE '2025-06-30',
--                        filter := status = 'completed')
-- WHERE dimension = 'lifecycle_stage';
--
-- Source: a test on held-back time, as Fader, Hardie & Lee (2005) make it; tenths are the scores of
-- audience.rfm with 10 bins, the most likely to return in the first.
CREATE MACRO audience.backtest(
    orders,
    customer_id,
    order_date,
    amount,
    cutoff,
    days := 180,
    filter := true,
    season := true,
    model := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__backtest_options('backtest', cutoff, days, season)
), __known AS MATERIALIZED (
    -- One row per customer.
    SELECT __history, __gaps, __realised_purchases, __realised_revenue, __latest
    FROM audience.__backtest_histories('backtest', orders, customer_id, order_date, amount, filter, '__options')
), __reached AS MATERIALIZED (
    -- One row: true if cutoff is among the orders.
    FROM audience.__cutoff_reached('backtest', '__known', '__options')
), __given AS MATERIALIZED (
    -- One row: the model that was given, or NULL.
    FROM audience.__backtest_model('backtest', model, '__options')
), __fit AS MATERIALIZED (
    -- One row: the model.
    SELECT __shop, __model
    FROM audience.__fit('backtest', '__known', (SELECT __cutoff FROM __options), (SELECT __struct FROM __given),
                        (SELECT __days FROM __options), season)
), __forecasts AS MATERIALIZED (
    -- One row per customer with a purchase up to cutoff, with the forecast.
    SELECT __history, __model, __realised_purchases, __realised_revenue,
           __audience_forecast('backtest', __history, __gaps, __shop, __cutoff, __days) AS __forecast
    FROM __known, __fit, __options
    WHERE __history IS NOT NULL
), __buckets AS MATERIALIZED (
    -- One row per stage, per tier and per tenth.
    SELECT __stage, __tier, __decile,
           count(*) AS __customers,
           (count(*) FILTER (WHERE __realised_purchases > 0))::DOUBLE AS __returned,
           __audience_exact_sum('backtest', __forecast.return_probability) AS __returns,
           __audience_exact_sum('backtest', __forecast.alone_probability) AS __returns_alone,
           __audience_exact_sum('backtest', __forecast.expected_purchases) AS __expected_purchases,
           __audience_exact_sum('backtest', __forecast.expected_revenue) AS __expected_revenue,
           sum(__realised_purchases)::BIGINT AS __purchases,
           __audience_exact_sum('backtest', __realised_revenue) AS __revenue
    FROM audience.__backtest_placed('backtest', '__forecasts')
    GROUP BY GROUPING SETS ((__stage), (__tier), (__decile))
), __overall AS (
    -- One row: the rate of all customers.
    SELECT sum(__returned) / sum(__customers) AS __rate FROM __buckets
)
SELECT
    CASE WHEN __stage IS NOT NULL THEN 'lifecycle_stage'
         WHEN __tier IS NOT NULL THEN 'importance_tier'
         ELSE 'return_decile' END AS dimension,
    coalesce(__stage::VARCHAR, __tier::VARCHAR, __decile::VARCHAR) AS bucket,
    __customers AS customers,
    __returns / __customers AS predicted_return_rate,
    __returns_alone / __customers AS mbg_nbd_return_rate,
    __returned / __customers AS realised_return_rate,
    __expected_purchases AS expected_purchases,
    __purchases AS realised_purchases,
    __expected_revenue AS expected_revenue,
    CASE WHEN __purchases = 0 THEN coalesce(__revenue, 0) ELSE __revenue END AS realised_revenue,
    __returned / __customers / nullif(__rate, 0) AS lift,
    bar(__returned / __customers, 0, 1, 20) AS bar
FROM __buckets, __overall, __reached
WHERE __is_reached
ORDER BY __stage ASC NULLS LAST, __tier ASC NULLS LAST, __decile ASC NULLS LAST;
