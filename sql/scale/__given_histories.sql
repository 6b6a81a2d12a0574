-- One row per customer: a stored result of audience.histories, under the names that macros use among themselves.
CREATE MACRO audience.__given_histories(histories) AS TABLE
SELECT customer_id AS __customer,
       history::STRUCT(purchases INTEGER, first_order_date DATE, last_order_date DATE, fourth_last_order_date DATE,
                       revenue DOUBLE) AS __history,
       gaps AS __gaps,
       latest_row_date AS __latest,
       peer_group AS __group
FROM query_table(histories)
WHERE customer_id IS NOT NULL;
