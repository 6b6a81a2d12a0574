-- One row per order that counts: completed, and by a customer who is known. In a project of your own this reads a
-- source.
SELECT customer_id, order_date, amount
FROM audience.demo_orders()
WHERE status = 'completed' AND customer_id IS NOT NULL
