-- Fits the purchase model to the shop and reports it in one row.
--
-- orders, customer_id, order_date, amount  as in audience.customers; without amount the model has no order value
-- as_of, filter                            as in audience.customers
--
-- r, alpha (days): purchase rates over customers ~ Gamma(r, alpha). a, b: chance of leaving after a purchase ~ Beta(a, b).
-- typical_gap_days: the median repeat buyer's days between purchases. order_value: mean revenue of a purchase.
-- status: 'fitted', 'prior' (too few repeat buyers, the documented prior decides) or 'empty'. model: pass it back as
-- model := (SELECT model FROM saved).
CREATE MACRO audience.purchase_model(orders, customer_id, order_date, amount := NULL, as_of := NULL, filter := true) AS TABLE
WITH __histories AS MATERIALIZED (
    FROM audience.__histories(orders, customer_id, order_date, amount, as_of, filter)
), __clock AS MATERIALIZED (
    FROM audience.__clock('__histories', as_of)
), __fitted AS (
    SELECT __audience_purchase_model_fit(__history, __as_of) AS __fit FROM __histories, __clock
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
    __fit.status,
    __fit.model
FROM __fitted, __clock;
