-- One row: where each RFM score begins, in the order that audience.rfm takes cuts in; NULL without bins or customers.
-- `fit` has the day.
CREATE MACRO audience.__shop_rfm(caller, histories, fit, bins) AS TABLE
WITH __values AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__rfm_values(histories, fit)
)
SELECT CASE WHEN __r_found IS NOT NULL
            THEN {'bins': bins, 'r_cuts': list_reverse([0 - __cut FOR __cut IN __r_found]),
                  'f_cuts': __f_found, 'm_cuts': __m_found} END AS __rfm
FROM audience.__rfm_cuts(caller, '__values', bins);
