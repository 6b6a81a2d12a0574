-- One row: what the STRUCT of audience.shop holds, checked, because it may be of another version, or have been put
-- together by hand.
CREATE MACRO audience.__opened_shop(caller, stored, shop) AS TABLE
WITH __meant AS (
    -- One row: a NULL of the type of each field. The groups keep the type that the analyst gave.
    SELECT NULL::INTEGER AS format_version, NULL::DATE AS as_of, NULL::INTEGER AS horizon_days,
           NULL::INTEGER AS value_days, NULL::DOUBLE AS discount_rate, NULL::BIGINT AS customers,
           NULL::DOUBLE AS total_value, NULL::DOUBLE AS vip_value,
           {'bins': NULL::INTEGER, 'r_cuts': NULL::DOUBLE[], 'f_cuts': NULL::DOUBLE[],
            'm_cuts': NULL::DOUBLE[]} AS rfm,
           {'repeat_buyers': NULL::BIGINT, 'threshold_days': NULL::INTEGER} AS lapse,
           [{'peer_group': NULL, 'typical_gap_days': NULL::DOUBLE}] AS peer_gaps,
           audience.__model_struct(NULL) AS model
), __given AS MATERIALIZED (
    -- One row: the shop, with NULLs where nothing was given.
    SELECT __shop FROM audience.__fields_given(stored, shop, '__meant') AS __shop
), __groups AS (
    -- One row: whether each group has one gap.
    SELECT count(*) = count(DISTINCT __peer.peer_group)
           AND count(*) = count(*) FILTER (WHERE __peer.typical_gap_days > 0 AND isfinite(__peer.typical_gap_days))
               AS __have_gaps
    FROM (SELECT unnest(__shop.peer_gaps) AS __peer FROM __given)
), __sound AS MATERIALIZED (
    -- One row: the shop, if this version can read it.
    SELECT CASE WHEN __problem IS NULL THEN __shop ELSE audience.__refused(caller, concat('shop', __problem)) END
               AS __read
    FROM (SELECT __shop,
                 CASE WHEN __shop.__is_passed AND __shop.format_version IS NULL
                      THEN concat(' must be the column shop of audience.shop, got ', __shop.__kind)
                      ELSE audience.__shop_problem(__shop, __have_gaps) END AS __problem
          FROM __given, __groups)
), __opened AS (
    -- One row: its fields. A shop of a version before looks a year ahead.
    SELECT __read.as_of AS __as_of, __read.horizon_days AS __horizon_days, __read.customers AS __customers,
           coalesce(__read.value_days, 365) AS __value_days, coalesce(__read.discount_rate, 0) AS __discount_rate,
           __read.vip_value AS __vip_value, __read.rfm AS __rfm, __read.lapse AS __lapse,
           __read.peer_gaps AS __peer_gaps,
           __audience_given_model(caller, __read.model, true) AS __shop
    FROM __sound
)
SELECT *, __audience_stage_model(caller, __shop) AS __model
FROM __opened;
