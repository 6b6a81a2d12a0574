-- One row: how well the predictions of `cutoff` have ranked the customers.
CREATE MACRO audience.__report_quality(orders, cutoff, season) AS TABLE
WITH __methods AS (
    -- One row: the method that the page shows.
    FROM audience.backtest_summary(orders, __customer, __day, __amount, cutoff, season := season)
    WHERE method = 'audience'
)
SELECT list({
    'customers': customers,
    'returned': returned,
    'auc': auc,
    'note': note
}) AS __rows
FROM __methods;
