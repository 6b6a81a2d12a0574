-- One row: the value of all customers of __valued, and the least that makes a VIP.
CREATE MACRO audience.__importance(caller, valued) AS TABLE
SELECT __audience_importance(caller, __history.purchases > 1, __value.customer_value) AS __importance
FROM query_table(valued);
