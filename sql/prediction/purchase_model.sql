-- Fits the purchase model to the shop and reports it in one row, also for an empty relation.
--
-- Store the row to score later, or other, orders with the same model: model := (SELECT model FROM saved). The STRUCT
-- survives tables, Parquet and JSON (model::JSON).
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - amount: any number, by name (amount := amount) or as the fourth argument; without it the model has no order value
--   and every row is an order; default NULL
--
-- Returns:
-- - as_of: the day up to which purchases are known; NULL without a row
-- - customers: customers with a purchase
-- - repeaters: customers with at least two
-- - r: purchase rates over customers ~ Gamma(r, alpha); small r = rates differ much
-- - alpha: in days; alpha / r is the gap at the mean rate
-- - a: the chance of leaving after a purchase ~ Beta(a, b)
-- - b: a / (a + b) is the average chance of leaving
-- - typical_gap_days: the median repeat buyer's mean days between purchases, with one pseudo-buyer of 90 days
-- - order_value: the median customer's mean revenue per purchase, to which the order value of each customer is drawn;
--   NULL when no amount is known
-- - log_likelihood: of the customers that the optimiser saw, at most 20,000; NULL without a customer
-- - iterations: iterations of the optimiser
-- - first_lost_date: first day on which one of these customers is Lost, if all stay silent; before or after as_of, and
--   far ahead in a young shop, which has seen nobody leave yet; NULL when there is none within 100 years
-- - status: fitted; prior (fewer than 10 repeat buyers, so the prior decides much of it); empty (no customer, the
--   prior itself)
-- - model: the STRUCT that the other functions take
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customers, repeaters, r, alpha, a, b, typical_gap_days, order_value, status
-- FROM audience.purchase_model('orders', customer_id, order_date, amount := amount, filter := status = 'completed');
--
-- Source: MBG/NBD likelihood (Hoppe & Wagner 2007), maximum a posteriori with normal priors on ln r, ln(alpha/r),
-- logit(a/(a+b)) and ln(a+b) around r = 1, a gap of 90 days, 40 % leaving and a + b = 2.
CREATE MACRO audience.purchase_model(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__histories('purchase_model', orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('purchase_model', '__histories', as_of)
), __fitted AS MATERIALIZED (
    -- One row: the model and how it was fitted.
    SELECT __audience_purchase_model_fit('purchase_model', __history, __as_of) AS __fit FROM __histories, __clock
), __lost AS (
    -- One row: the first day on which anybody is lost.
    SELECT __audience_first_lost_date('purchase_model', __history, __fit.model) AS __first_lost
    FROM __histories, __fitted
)
SELECT
    __as_of AS as_of,
    __fit.customers,
    __fit.repeaters,
    __fit.model.r,
    __fit.model.alpha,
    __fit.model.a,
    __fit.model.b,
    __fit.model.typical_gap_days,
    __fit.model.order_value,
    __fit.log_likelihood,
    __fit.iterations,
    __first_lost AS first_lost_date,
    __fit.status,
    __fit.model
FROM __fitted, __clock, __lost;
