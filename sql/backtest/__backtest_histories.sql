-- One row per customer, from one scan: the purchase history up to the cutoff with its days, and up to one window before
-- it (NULL without a purchase), what they did in the window after it, and the day of their latest row. `options` is
-- __backtest_options.
CREATE MACRO audience.__backtest_histories(
    caller,
    orders,
    customer_id,
    order_date,
    amount,
    filter,
    options
) AS TABLE
WITH __rows AS (
    -- One row per order row that `filter` leaves.
    FROM audience.__order_rows(caller, orders, customer_id, order_date, amount, filter)
), __dated AS (
    -- One row per order row of a customer, with whether it is in the window.
    SELECT *, __day > __cutoff AND __day <= __cutoff + __days AS __is_after
    FROM __rows, query_table(options)
    WHERE __customer IS NOT NULL AND isfinite(__day)
), __summaries AS (
    -- One row per customer.
    SELECT __audience_dated_history(caller, __day, __amount, __amount) FILTER (WHERE __day <= __cutoff) AS __before,
           __audience_purchase_history(caller, __day, __amount) FILTER (WHERE __day <= __cutoff - __days) AS __earlier,
           __audience_purchase_history(caller, __day, __amount) FILTER (WHERE __is_after) AS __after,
           __audience_exact_sum(caller, __amount) FILTER (WHERE __is_after) AS __revenue,
           max(__day) AS __latest
    FROM __dated
    GROUP BY __customer
)
SELECT __before.history AS __history, __before.gaps AS __gaps, __earlier.history AS __earlier_history,
       coalesce(__after.history.purchases, 0) AS __realised_purchases, __revenue AS __realised_revenue, __latest
FROM __summaries;
