-- The STRUCT of purchase_history, from what the aggregate found.
CREATE MACRO audience.__with_dates(caller, found) AS
CASE WHEN found.history IS NOT NULL THEN struct_insert(
    found.history, order_dates := __audience_order_dates(caller, found.history, found.gaps)) END;
