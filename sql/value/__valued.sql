-- One row per customer with a purchase: the history, and the value by the model of the relation `fit`.
CREATE MACRO audience.__valued(caller, histories, fit) AS TABLE
SELECT __customer, __history, __audience_customer_value(caller, __history, __model, __as_of) AS __value
FROM query_table(histories), query_table(fit)
WHERE __history IS NOT NULL;
