-- Fits the purchase model to the customers' histories: the building block of purchase_model.
--
-- MBG/NBD (Batislam, Denizel & Filiztekin 2007; Hoppe & Wagner 2007), maximum a posteriori with a weak prior.
--
-- history  STRUCT from audience.purchase_history, one row per customer; NULL rows are ignored
-- as_of    DATE up to which purchases are known; default NULL = the latest purchase
--
-- Returns the model STRUCT(r, alpha, a, b, typical_gap_days, order_value), all DOUBLE.
CREATE MACRO audience.purchase_model_fit(history, as_of := NULL) AS
    __audience_purchase_model_fit(history, as_of::DATE).model;
