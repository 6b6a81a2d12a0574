-- One row per customer with a purchase: what RFM scores. `clock` has the day.
CREATE MACRO audience.__rfm_values(histories, clock) AS TABLE
SELECT __customer,
       audience.__days_since(__history.last_order_date, __as_of) AS __recency,
       __history.purchases AS __frequency, __history.revenue AS __monetary
FROM query_table(histories), query_table(clock)
WHERE __history IS NOT NULL;
