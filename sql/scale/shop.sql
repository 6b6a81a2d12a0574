-- What a customer's row needs from all other customers, in one row with one STRUCT: the day, the purchase model, the
-- least value of a VIP, where the RFM scores begin, the lapse threshold, and the typical gaps of the peer groups. It is
-- the second step where orders are read in parts: it reads the histories of all customers. Store the row beside them;
-- audience.customers_of scores with it, also on another machine; see scale.md.
--
-- Arguments:
-- - histories: the quoted name of a relation with the columns of audience.histories, of all customers, such as
--   'histories/*.parquet'
-- - as_of: DATE, finite, not before any row of the histories; default NULL = the day of the latest row of any customer
-- - horizon_days, model, season, value_days, discount_rate: as in audience.customers
-- - rfm_bins: INTEGER, 2 to 10, the bins of audience.rfm; NULL = none, which saves three sorted columns; default 5
--
-- Returns:
-- - shop: STRUCT with format_version, as_of, horizon_days, value_days, discount_rate, customers (with a purchase),
--   total_value (of all of them), vip_value (the least of a VIP; NULL where nobody is one), rfm (bins, r_cuts, f_cuts
--   and m_cuts, where each score begins; an infinite one begins nowhere, or everywhere), lapse (repeat_buyers and, of
--   30 on, the threshold_days of audience.lapse_threshold; NULL without a customer), peer_gaps (peer_group and
--   typical_gap_days of each group with at least 30 repeat buyers), and model, as in audience.purchase_model
--
-- Errors:
-- - as_of is infinite or before a row of the histories; horizon_days, value_days, discount_rate, rfm_bins or the model
--   is out of range; a model is given without as_of
-- - a customer has more than one history: the parts have to be such that each has all rows of its customers
-- - a history was put together by hand and is impossible, or has no gaps
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE stored AS
-- FROM audience.histories('orders', customer_id, order_date, amount, peer_group := country);
-- SELECT shop.as_of, shop.customers, shop.total_value, shop.vip_value, shop.model.typical_gap_days
-- FROM audience.shop('stored');
--
-- Source: as in audience.customers.
CREATE MACRO audience.shop(
    histories,
    as_of := NULL,
    horizon_days := 180,
    model := NULL,
    season := true,
    value_days := 365,
    discount_rate := 0,
    rfm_bins := 5
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__given_histories('shop', histories)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT *, audience.__checked_number('shop', 'horizon_days', horizon_days, 1, 3650) AS __horizon_days,
           CASE WHEN rfm_bins IS NOT NULL
                THEN audience.__checked_number('shop', 'rfm_bins', rfm_bins, 2, 10) END AS __bins
    FROM audience.__value_options('shop', '__histories', value_days, discount_rate)
), __sound AS MATERIALIZED (
    -- One row: as_of, if each customer has one history, and none goes beyond it. The fit waits for it.
    SELECT CASE WHEN audience.__sound_histories('shop', 'as_of', count(*), count(DISTINCT __customer), max(__latest),
                                                as_of)
                THEN as_of END AS __asked
    FROM __histories
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit('shop', '__histories', (SELECT __asked FROM __sound), model,
                        (SELECT __horizon_days FROM __options), season)
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('shop', '__histories', '__fit', (SELECT __horizon_days FROM __options),
                           (SELECT __value_days FROM __options), (SELECT __discount_rate FROM __options))
), __importance AS (
    -- One row: the customers, the value of all, and the least of a VIP.
    FROM (SELECT count(*) AS __customers FROM __valued), audience.__importance('shop', '__valued')
), __scores AS (
    -- One row: where each RFM score begins.
    FROM audience.__shop_rfm('shop', '__histories', '__fit', (SELECT __bins FROM __options))
), __waits AS (
    -- One row: the lapse threshold.
    SELECT __audience_lapse_days('shop', __history, __gaps, __as_of) AS __lapse FROM __histories, __fit
), __groups AS (
    -- One row per group.
    SELECT __group, __audience_typical_gap('shop', __history) AS __gap
    FROM __histories
    WHERE __group IS NOT NULL
    GROUP BY __group
), __peers AS (
    -- One row: the groups that are large enough.
    SELECT coalesce(list({'peer_group': __group, 'typical_gap_days': __gap.days} ORDER BY __group ASC), []) AS __gaps
    FROM __groups
    WHERE __gap.repeaters >= 30
)
SELECT {
           'format_version': 1,
           'as_of': __as_of,
           'horizon_days': __horizon_days,
           'value_days': __value_days,
           'discount_rate': __discount_rate,
           'customers': __customers,
           'total_value': __importance.total_value,
           'vip_value': __importance.vip_value,
           'rfm': __rfm,
           'lapse': __lapse,
           'peer_gaps': __peers.__gaps,
           'model': __audience_unpacked_model(
               'shop', __shop, CASE WHEN model IS NULL THEN __as_of ELSE audience.__model_struct(model).as_of END)
       } AS shop
FROM __fit, __options, __importance, __scores, __waits, __peers;
