-- One row per customer: a stored result of audience.histories, under the names that macros use among themselves.
-- Without gaps a purchase history is whole, but what is learned from the shop's past would be missing.
CREATE MACRO audience.__given_histories(caller, histories) AS TABLE
WITH __typed AS (
    -- One row per customer.
    SELECT customer_id AS __customer,
           history::STRUCT(purchases INTEGER, first_order_date DATE, last_order_date DATE, fourth_last_order_date DATE,
                           revenue DOUBLE) AS __history,
           gaps AS __gaps, latest_row_date AS __latest, peer_group AS __group
    FROM query_table(histories)
    WHERE customer_id IS NOT NULL
)
SELECT __customer, __history,
       CASE WHEN __history IS NULL THEN __gaps
            WHEN __history.purchases IS NULL OR __history.first_order_date IS NULL
              OR __history.last_order_date IS NULL
            THEN audience.__refused(caller, concat('histories must have purchases and days, got ', __history))
            WHEN __gaps IS NOT NULL THEN __gaps
            ELSE audience.__refused(caller, 'histories must have gaps with every history, got NULL') END AS __gaps,
       CASE WHEN __latest >= coalesce(__history.last_order_date, __latest) THEN __latest
            ELSE audience.__refused(caller, concat(
                'histories must have a latest_row_date not before the last order, got ',
                coalesce(__latest::VARCHAR, 'NULL'), ' and ', __history.last_order_date)) END AS __latest,
       __group
FROM __typed;
