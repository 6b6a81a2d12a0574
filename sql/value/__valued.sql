-- One row per customer with a purchase: the history, the peer group, and the value within value_days and the chance to
-- return within horizon_days by the model of the relation `fit`. What these need the days of the purchases for ends
-- here.
CREATE MACRO audience.__valued(
    caller,
    histories,
    fit,
    horizon_days := 180,
    value_days := 365,
    discount_rate := 0
) AS TABLE
SELECT __customer, __history, __group,
       __audience_customer_value(caller, __history, __gaps, __shop, __as_of, horizon_days, value_days,
                                 discount_rate::DOUBLE) AS __value
FROM query_table(histories), query_table(fit)
WHERE __history IS NOT NULL;
