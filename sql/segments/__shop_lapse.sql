-- One row: the shop's threshold in days, which is lapse_days or the one of these orders. `fit` has the day.
CREATE MACRO audience.__shop_lapse(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    as_of,
    filter,
    lapse_days,
    fit
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked option.
    SELECT CASE WHEN lapse_days IS NOT NULL
                THEN audience.__checked_days(caller, 'lapse_days', lapse_days, 1, '1 to') END AS __given
), __found AS (
    -- One row: the threshold, where it is asked for.
    SELECT __audience_lapse_threshold(caller, __days, __as_of, 0.8::DOUBLE).threshold_days::INTEGER AS __found
    FROM audience.__purchase_days(caller, orders, customer_id, order_date, amount, as_of, filter), query_table(fit)
    WHERE lapse_days IS NULL
)
SELECT coalesce(__given, __found) AS __lapse_days
FROM __options, __found;
