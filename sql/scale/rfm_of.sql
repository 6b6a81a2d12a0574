-- The rows of audience.rfm, from stored histories and the shop that was made of them: the last step where orders are
-- read in parts; see scale.md. All columns are equal bit for bit to those of audience.rfm over all orders. In no
-- order.
--
-- Arguments:
-- - histories: the quoted name of a relation with the columns of audience.histories, of all customers or a part of them
-- - shop: STRUCT from audience.shop over the histories of all customers, such as (SELECT shop FROM saved); it has bins
--   and where each score begins
-- - grid, labels: as in audience.rfm
--
-- Returns:
-- - customer_id: as in audience.rfm
-- - recency_days: as in audience.rfm
-- - frequency: as in audience.rfm
-- - monetary: as in audience.rfm
-- - r: as in audience.rfm
-- - f: as in audience.rfm
-- - m: as in audience.rfm
-- - rfm_score: as in audience.rfm
-- - segment: as in audience.rfm
--
-- Errors:
-- - shop is NULL, of another version, out of range, or was made with rfm_bins := NULL
-- - histories has more customers than the shop, a customer more than once, or a row after its as_of
-- - a history was put together by hand and is impossible, or has no gaps
-- - the grid leaves cells out, covers cells twice or has a bound out of range (the message names them)
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE stored AS FROM audience.histories('orders', customer_id, order_date, amount);
-- CREATE OR REPLACE TEMP TABLE saved AS FROM audience.shop('stored');
-- SELECT segment, count(*) AS customers
-- FROM audience.rfm_of('stored', shop := (SELECT shop FROM saved))
-- GROUP BY segment
-- ORDER BY segment;
--
-- Source: as in audience.rfm.
CREATE MACRO audience.rfm_of(
    histories,
    shop := NULL,
    grid := NULL,
    labels := 'enum'
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer. Nothing else here would read their days.
    FROM audience.__given_histories('rfm_of', histories)
    WHERE __audience_sound_history('rfm_of', __history, __gaps)
), __opened AS MATERIALIZED (
    -- One row: the shop.
    FROM audience.__opened_shop('rfm_of', '__histories', shop)
), __fit AS MATERIALIZED (
    -- One row: the shop, if these can be its customers.
    FROM __opened, audience.__extent('rfm_of', '__histories', '__opened')
), __cuts AS MATERIALIZED (
    -- One row: where each score begins. Fewer days are better, and scores count up.
    SELECT list_reverse([-__cut FOR __cut IN __rfm.r_cuts]) AS __r_cuts, __rfm.f_cuts AS __f_cuts,
           __rfm.m_cuts AS __m_cuts,
           CASE WHEN __rfm IS NULL AND __customers > 0
                THEN audience.__refused('rfm_of', 'shop must be made with rfm_bins, such as rfm_bins := 5')
                ELSE coalesce(__rfm.bins, 5) END AS __bins
    FROM __fit
    WHERE __is_whole IS NOT NULL
), __options AS MATERIALIZED (
    -- One row: the segment of every pair of scores.
    FROM audience.__rfm_options('rfm_of', '__histories', (SELECT __bins FROM __cuts), grid)
), __values AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__rfm_values('__histories', '__fit')
), __begins AS MATERIALIZED (
    -- One row: where each score begins.
    SELECT * EXCLUDE (__bins) FROM __cuts
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__rfm_columns('rfm_of', '__values', '__options', '__begins')
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (segment::VARCHAR AS segment) FROM __enum
)
FROM query_table(audience.__labels('rfm_of', labels));
