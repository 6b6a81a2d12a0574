MODEL (
    name marketing.stg_orders,
    kind FULL,
    description 'One row per order that counts. In a project of your own this reads a source.'
);

SELECT customer_id::BIGINT, order_date::DATE, amount::DOUBLE
FROM audience.demo_orders()
WHERE status = 'completed' AND customer_id IS NOT NULL
