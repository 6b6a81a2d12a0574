-- One row per customer with a purchase: the stored history as it is, and customer_value by the shop. It costs what the
-- value costs, because no rows are joined. What is stored and the shop are those of customers_of, which checks both.
CREATE MACRO audience.__valued_histories(caller, histories, shop) AS TABLE
WITH __opened AS MATERIALIZED (
    -- One row: the shop.
    FROM audience.__opened_shop(caller, histories, shop)
)
SELECT __stored.*,
       __audience_customer_value(caller, __stored.history, __stored.gaps, __shop, __as_of, __horizon_days,
                                 __value_days, __discount_rate::DOUBLE).customer_value AS customer_value
FROM query_table(histories) AS __stored, __opened
WHERE __stored.history IS NOT NULL;
