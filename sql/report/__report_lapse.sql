-- One row: the silence after which a customer has lapsed; none where there is no customer.
CREATE MACRO audience.__report_lapse(orders, as_of) AS TABLE
WITH __lapse AS (
    -- One row, or none.
    FROM audience.lapse_threshold(orders, __customer, __day, amount := __amount, as_of := as_of)
)
SELECT list({
    'threshold_days': threshold_days,
    'lower_days': lower_days,
    'upper_days': upper_days
}) AS __rows
FROM __lapse;
