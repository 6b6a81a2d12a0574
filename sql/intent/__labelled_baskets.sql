-- One row per customer: the basket, in which products and labels have their numbers, with what was spent on the labels,
-- and its latest day.
CREATE MACRO audience.__labelled_baskets(caller, known, numbered) AS TABLE
WITH __counted AS (
    -- One row per product and label, where the baskets fit into memory. Checked here, because these are few.
    FROM query_table(numbered)
    WHERE audience.__lines_fit(caller, known, also := (SELECT 32 * count(__amount) FROM query_table(known)))
), __packed AS (
    -- One row per customer.
    SELECT __known.__customer,
           __audience_basket(caller, __numbered.__index, __known.__day, __numbered.__number, __known.__amount)
               AS __packed
    FROM query_table(known) AS __known
    JOIN __counted AS __numbered
        ON __numbered.__product IS NOT DISTINCT FROM __known.__product
       AND __numbered.__label IS NOT DISTINCT FROM __known.__label
    GROUP BY __known.__customer
)
SELECT __customer, __packed.basket AS __basket, __packed.latest AS __latest
FROM __packed;
