-- Fits the purchase model to the shop and reports it in one row, also for an empty relation.
--
-- The parameters are those of MBG/NBD, which decides the stages. What the shop's past adds to the return probabilities,
-- and through them to expected purchases, revenue and value, is in model.learned: the mean, the standard deviation and
-- the weight of what was known of the customers when its windows began. With another horizon than horizon_days it
-- moves the log odds by as much.
--
-- Store the row to score later, or other, orders with the same model: as_of := DATE '2025-06-30',
-- model := (SELECT model FROM saved). The STRUCT survives tables, Parquet and JSON (model::JSON).
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - amount: any number, by name (amount := amount) or as the fourth argument; without it the model has no order value
--   and every row is an order; default NULL
-- - horizon_days: INTEGER, 1 to 3650; the days within which returns are learned; default 180
-- - season: BOOLEAN; whether the shop's seasons are learned; default true
-- - labels: as in audience.customers
-- - value: as in audience.customers; the order value is then that of the values
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
-- - learned_windows: finished windows of horizon_days in the shop's past that the return probabilities learned from, at
--   most 4; 0 = the shop is too young, or everybody or nobody came back, so the probabilities are MBG/NBD's alone
-- - learned_customers: different customers that were learned from, at most 20,000
-- - lessons: which customers came back more often than MBG/NBD says, a sentence each, the most important first, with
--   what one standard deviation adds to the log odds; NULL where nothing was learned
-- - model: the STRUCT that the other functions take; its as_of is the day, also where nobody bought up to it
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT customers, repeaters, r, alpha, a, b, typical_gap_days, order_value, status
-- FROM audience.purchase_model('orders', customer_id, order_date, amount := amount, filter := status = 'completed');
--
-- Source: MBG/NBD likelihood (Hoppe & Wagner 2007), maximum a posteriori with normal priors on ln r, ln(alpha/r),
-- logit(a/(a+b)) and ln(a+b) around r = 1, a gap of 90 days, 40 % leaving and a + b = 2. What is learned: ridge
-- regression (le Cessie & van Houwelingen 1992) with MBG/NBD's log odds as offset, see how-it-works.md.
CREATE MACRO audience.purchase_model(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true,
    horizon_days := 180,
    season := true,
    labels := 'enum',
    value := NULL
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked_number('purchase_model', 'horizon_days', horizon_days, 1, 3650) AS __horizon_days,
           audience.__checked_switch('purchase_model', 'season', season) AS __season
), __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('purchase_model', orders, customer_id, order_date, amount, as_of, filter,
                                    value := value)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('purchase_model', '__histories', as_of)
), __fitted AS MATERIALIZED (
    -- One row: the model and how it was fitted.
    SELECT __audience_purchase_model_fit('purchase_model', __history, __gaps, __as_of, __horizon_days, __season)
               AS __fit
    FROM __histories, __clock, __options
), __lost AS (
    -- One row: the first day on which anybody is lost.
    SELECT __audience_first_lost_date('purchase_model', __history, __model) AS __first_lost
    FROM __histories, (
        SELECT __audience_stage_model('purchase_model', __audience_given_model('purchase_model', __fit.model, true))
                   AS __model
        FROM __fitted)
), __enum AS NOT MATERIALIZED (
    -- One row.
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
        coalesce(__fit.model.learned.windows, 0) AS learned_windows,
        __fit.learned_customers,
        __fit.lessons,
        struct_update(__fit.model, as_of := __as_of) AS model
    FROM __fitted, __clock, __lost
), __text AS NOT MATERIALIZED (
    -- One row, with labels that every database can store.
    SELECT * REPLACE (status::VARCHAR AS status) FROM __enum
)
FROM query_table(audience.__labels('purchase_model', labels));
