-- One row: the value of all customers of __valued, and the least that makes a VIP. `valued` is stored, because it is
-- read twice: the values are more than there is memory for, so the first pass finds out which of them decide.
CREATE MACRO audience.__importance(caller, valued) AS TABLE
WITH __outlined AS MATERIALIZED (
    -- One row: which values decide.
    SELECT __audience_importance_outline(caller, __history.purchases > 1, __value.customer_value) AS __outline
    FROM query_table(valued)
)
SELECT __audience_importance(caller, __history.purchases > 1, __value.customer_value, __outline) AS __importance
FROM query_table(valued), __outlined;
