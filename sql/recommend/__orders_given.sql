-- One row: true if the lines have orders where the level asks for them, and nowhere else, or an error.
CREATE MACRO audience.__orders_given(caller, known, options) AS TABLE
SELECT CASE WHEN __level = 'order' AND __without_orders
            THEN audience.__refused(caller, 'order_id must be given where level is ''order''')
            WHEN __level <> 'order' AND __has_orders
            THEN audience.__refused(caller, 'order_id needs level := ''order''; without it customers are counted')
            ELSE true END AS __are_given
FROM query_table(options), (
    SELECT count(*) > 0 AND count(__order) = 0 AS __without_orders, count(__order) > 0 AS __has_orders
    FROM query_table(known)
);
