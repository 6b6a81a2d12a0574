-- One row: the return rates that were predicted on `cutoff` for each tenth of the customers, and what came.
CREATE MACRO audience.__report_deciles(orders, cutoff, season) AS TABLE
WITH __tenths AS (
    -- One row per tenth.
    FROM audience.backtest(orders, __customer, __day, __amount, cutoff, season := season)
    WHERE dimension = 'return_decile'
)
SELECT coalesce(list({
    'bucket': bucket::INTEGER,
    'customers': customers,
    'predicted_return_rate': predicted_return_rate,
    'realised_return_rate': realised_return_rate
} ORDER BY bucket::INTEGER ASC), []) AS __rows
FROM __tenths;
