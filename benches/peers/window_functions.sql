-- Stage, tier and RFM scores as an analyst writes them by hand with window functions: what `customers` replaces,
-- without its model (no probabilities, no expected purchases, no date of the next order).
WITH days AS (
    SELECT customer_id, order_date, sum(amount) AS amount
    FROM orders
    GROUP BY customer_id, order_date
), gaps AS (
    SELECT *, order_date - lag(order_date) OVER (PARTITION BY customer_id ORDER BY order_date) AS gap
    FROM days
), customers AS (
    SELECT customer_id,
           count(*) AS purchases,
           sum(amount) AS revenue,
           min(order_date) AS first_order_date,
           max(order_date) AS last_order_date,
           (SELECT max(order_date) FROM orders) - max(order_date) AS silence_days,
           median(gap) AS median_gap_days
    FROM gaps
    GROUP BY customer_id
), shop AS (
    SELECT median(median_gap_days) AS typical_gap_days FROM customers
), scored AS (
    SELECT *,
           coalesce(median_gap_days, typical_gap_days) AS usual_gap_days,
           silence_days / greatest(coalesce(median_gap_days, typical_gap_days), 1) AS silence_ratio,
           rank() OVER (ORDER BY revenue DESC) AS value_rank,
           sum(revenue) OVER (ORDER BY revenue DESC) / sum(revenue) OVER () AS cumulative_value_share,
           ntile(5) OVER (ORDER BY last_order_date) AS r,
           ntile(5) OVER (ORDER BY purchases) AS f,
           ntile(5) OVER (ORDER BY revenue) AS m
    FROM customers, shop
)
SELECT customer_id,
       CASE WHEN silence_days <= 30 THEN 'Just Ordered'
            WHEN silence_ratio <= 2 THEN 'Active'
            WHEN silence_ratio <= 5 THEN 'Slipping Away'
            ELSE 'Lost' END AS lifecycle_stage,
       CASE WHEN purchases = 1 THEN 'One-Time Buyer'
            WHEN cumulative_value_share <= 0.2 THEN 'VIP'
            WHEN purchases >= 3 AND usual_gap_days <= typical_gap_days THEN 'Frequent Buyer'
            ELSE 'Loyal' END AS importance_tier,
       purchases,
       revenue,
       revenue / purchases AS average_purchase_value,
       first_order_date,
       last_order_date,
       silence_days,
       usual_gap_days,
       silence_ratio,
       value_rank,
       r, f, m,
       last_order_date + usual_gap_days::INTEGER AS next_order_date,
       format('silent for {} days, {:.1f} times the usual gap of {:.0f} days',
              silence_days, silence_ratio, usual_gap_days) AS reason
FROM scored
ORDER BY customer_id
