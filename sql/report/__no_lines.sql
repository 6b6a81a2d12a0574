-- The default of `lines`: no order lines were given. The key is NULL, as in __no_members.
CREATE VIEW audience.main.__no_lines AS
SELECT NULL AS customer_id, NULL::DATE AS order_date, NULL::VARCHAR AS product
WHERE false;
