-- The days of silence after which a customer of this shop has lapsed: by then 80 % of the waits that ever end have
-- ended. Rules in common use are given for comparison. One row, or one per segment, ordered by segment.
--
-- Every gap between two purchases is a wait that ended, every silence up to as_of one that is still open. Every
-- customer counts for one: the waits of a customer with k gaps weigh 1 / (k + 1) each. Otherwise the threshold would be
-- that of the few who buy most often. Many waits never end, so a plain 80 % of all waits is often not reached. The
-- threshold is the first day by which the Kaplan-Meier curve reaches `share` of its last reliable height,
-- ever_return_share. The other rules use complete gaps only. Long gaps are rarely complete yet, so those rules are too
-- short. With fewer than 30 repeat buyers there is too little data: status is thin, threshold_days and its interval are
-- NULL.
--
-- Arguments:
-- - orders, customer_id, order_date, as_of, filter: as in audience.customers
-- - share: above 0 and below 1; the share of those who ever return that must have returned; default 0.8
-- - segment_by: expression over the relation, such as country; a customer's segment is its value on their latest
--   purchase that has one (the greatest of several that day), NULL when none has; default NULL = no segments
-- - amount: any number; with it, days with refunds only are no purchases, as in audience.customers; default NULL =
--   every row is a purchase
-- - labels: as in audience.customers
--
-- Returns:
-- - segment: value of segment_by; NULL for customers without one
-- - customers: customers with a purchase
-- - gaps: gaps between consecutive purchases, over all customers
-- - censored: waits that are still open at as_of, one per customer
-- - ever_return_share: share, 0 to 1, of waits that end, every customer counting for one, at the last day that at least
--   30 waits have reached; NULL without such a day
-- - threshold_days: first day by which share of ever_return_share have ended
-- - lower_days: lower end of the 95 % interval of threshold_days
-- - upper_days: upper end of it; NULL when it lies beyond the last day that 30 waits have reached
-- - mean_own_gap_days: mean over the repeat buyers of each one's mean gap
-- - p40_gap_days: 40th percentile of the gaps that are complete, each counting for one, interpolated like quantile_cont
-- - p80_gap_days: 80th percentile of the gaps that are complete
-- - status: ok; thin (fewer than 30 repeat buyers)
--
-- Errors: share is out of range; as_of is infinite
--
-- Example:
-- SELECT segment, customers, gaps, ever_return_share, threshold_days, lower_days, upper_days, p80_gap_days, status
-- FROM audience.lapse_threshold('orders', customer_id, order_date, filter := status = 'completed',
--                               segment_by := country)
-- ORDER BY segment;
--
-- Source: Kaplan & Meier (1958), weighted by the inverse of each customer's number of waits as in Williamson, Datta &
-- Satten (2003); variance with customers as clusters by Williams (1995); interval by Woodruff (1952).
CREATE MACRO audience.lapse_threshold(
    orders,
    customer_id,
    order_date,
    amount := NULL,
    as_of := NULL,
    filter := true,
    share := 0.8,
    segment_by := NULL,
    labels := 'enum'
) AS TABLE
WITH __options AS MATERIALIZED (
    -- One row: the checked options.
    SELECT audience.__checked('lapse_threshold', 'share', share,
                              audience.__number(share) > 0 AND audience.__number(share) < 1, 'between 0 and 1')::DOUBLE
               AS __share
), __customers AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__purchase_days('lapse_threshold', orders, customer_id, order_date, amount, as_of, filter,
                                  segment_by)
), __clock AS MATERIALIZED (
    -- One row: the date.
    FROM audience.__clock('lapse_threshold', '__customers', as_of)
), __outlined AS MATERIALIZED (
    -- One row per segment, and one for customers without: how long their waits were.
    SELECT __group AS __segment, any_value(__as_of) AS __today,
           __audience_lapse_outline('lapse_threshold', __days, __as_of, __share) AS __outline
    FROM __customers, __clock, __options
    GROUP BY __group
), __found AS (
    -- One row per segment: the interval needs what the waits of each customer add up to, in a second pass. A LEFT JOIN,
    -- so that DuckDB holds the outlines for it and not the customers, and the only one, so that no row with an outline
    -- is copied.
    SELECT __segment,
           __audience_lapse_threshold(
               'lapse_threshold', any_value(__outline),
               __audience_exact_sum('lapse_threshold',
                                    __audience_lapse_square('lapse_threshold', __days, __today, __outline))
           ) AS __lapse
    FROM __customers LEFT JOIN __outlined ON __group IS NOT DISTINCT FROM __segment
    GROUP BY __segment
), __enum AS NOT MATERIALIZED (
    -- One row per segment.
    SELECT
        __segment AS segment,
        __lapse.customers,
        __lapse.gaps,
        __lapse.censored,
        __lapse.ever_return_share,
        __lapse.threshold_days,
        __lapse.lower_days,
        __lapse.upper_days,
        __lapse.mean_own_gap_days,
        __lapse.p40_gap_days,
        __lapse.p80_gap_days,
        __lapse.status
    FROM __found
    WHERE __lapse IS NOT NULL
    ORDER BY segment ASC
), __text AS NOT MATERIALIZED (
    -- One row per segment, with labels that every database can store.
    SELECT * REPLACE (status::VARCHAR AS status) FROM __enum
)
FROM query_table(audience.__labels('lapse_threshold', labels));
