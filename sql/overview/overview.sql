-- The shop at a glance: customers per lifecycle stage now and on the same day 1, 3, 6 and 12 months before, their
-- revenue and expected revenue beside those of a year before, and who came, came back and left within a month. Always
-- five rows: the four stages in their order, then all customers.
--
-- The figures of an earlier day are what this function would have given on that day: its customers, in the stages that
-- they had then, by a model fitted to what was known then. So the customers of a row are others on each day. They are
-- NULL where the day is before the first purchase.
--
-- A month before is the same day of the month before, and a year before likewise; 31 March has 28 or 29 February. The
-- last 30 days are as_of and the 29 days before it.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, as_of, filter, just_ordered_days, lost_after_gaps, season: as in
--   audience.customers
-- - labels: as in audience.customers
--
-- Returns:
-- - as_of: the day; NULL for an empty relation without as_of
-- - lifecycle_stage: the stage; NULL = all customers
-- - customers: customers in this stage
-- - share: their share, 0 to 1, of all customers; NULL while there are none
-- - customers_1_month_before: customers in this stage a month before
-- - customers_3_months_before: three months before
-- - customers_6_months_before: six months before
-- - customers_year_before: a year before
-- - change_from_1_month_before: customers minus customers_1_month_before
-- - change_from_3_months_before: customers minus customers_3_months_before
-- - change_from_6_months_before: customers minus customers_6_months_before
-- - change_from_year_before: customers minus customers_year_before
-- - revenue_30_days: revenue of these customers on the last 30 days, refunds included and unknown amounts left out;
--   NULL where no amount of theirs is known
-- - revenue_30_days_year_before: the same a year before
-- - revenue_365_days: revenue on the last 365 days
-- - revenue_365_days_year_before: the same a year before
-- - expected_revenue: expected revenue within 365 days; NULL where no amount is known
-- - expected_revenue_year_before: the same a year before, as it was expected then
-- - new_customers: customers whose first purchase was within the last month
-- - new_customers_year_before: the same a year before
-- - won_back: customers who bought within the last month after having been Slipping Away or Lost, see audience.won_back
-- - won_back_year_before: the same a year before
-- - slipped: customers who are Slipping Away and were neither that nor Lost a month before
-- - slipped_year_before: the same a year before
-- - lost: customers who are Lost and were not a month before
-- - lost_year_before: the same a year before
--
-- Errors: as in audience.customers
--
-- Example:
-- SELECT lifecycle_stage, customers, change_from_year_before, revenue_365_days, revenue_365_days_year_before,
--        expected_revenue, new_customers, won_back, slipped, lost
-- FROM audience.overview('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY lifecycle_stage;
--
-- Source: counting; the stages and the expected revenue are those of audience.customers on each of the days.
CREATE MACRO audience.overview(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    lost_after_gaps := NULL,
    season := true,
    labels := 'enum'
) AS TABLE
WITH __logs AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__logs('overview', orders, customer_id, order_date, amount, as_of, filter)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('overview', '__logs', just_ordered_days, lost_after_gaps)
), __days AS MATERIALIZED (
    -- One row per day to look at, with its model.
    FROM audience.__overview_days('overview', '__logs', as_of, season)
), __cells AS MATERIALIZED (
    -- One row per day and stage, and per day for all.
    FROM audience.__overview_cells('overview', '__logs', '__days', '__options')
), __then AS (
    -- One row per stage, and one for all: the figures of the earlier days; NULL where the shop had not begun.
    SELECT __stage, max(__customers) FILTER (__months = 1) AS __month_before,
           max(__customers) FILTER (__months = 3) AS __quarter_before,
           max(__customers) FILTER (__months = 6) AS __half_before,
           max({'customers': __customers, 'month': __month, 'year': __year, 'expected': __expected, 'new': __new,
                'won_back': __won_back, 'slipped': __slipped, 'lost': __lost}) FILTER (__months = 12) AS __year_before
    FROM __cells WHERE __known
    GROUP BY __stage
), __now AS (
    -- One row per stage, and one for all: the figures of today.
    SELECT *, max(__customers) OVER () AS __everybody FROM __cells WHERE __months = 0
), __enum AS NOT MATERIALIZED (
    -- One row per stage, and one for all.
    SELECT
        __day AS as_of,
        __now.__stage AS lifecycle_stage,
        __customers AS customers,
        __customers / nullif(__everybody, 0) AS share,
        __month_before AS customers_1_month_before,
        __quarter_before AS customers_3_months_before,
        __half_before AS customers_6_months_before,
        __year_before.customers AS customers_year_before,
        __customers - __month_before AS change_from_1_month_before,
        __customers - __quarter_before AS change_from_3_months_before,
        __customers - __half_before AS change_from_6_months_before,
        __customers - __year_before.customers AS change_from_year_before,
        __month AS revenue_30_days,
        __year_before.month AS revenue_30_days_year_before,
        __year AS revenue_365_days,
        __year_before.year AS revenue_365_days_year_before,
        __expected AS expected_revenue,
        __year_before.expected AS expected_revenue_year_before,
        __new AS new_customers,
        __year_before.new AS new_customers_year_before,
        __won_back AS won_back,
        __year_before.won_back AS won_back_year_before,
        __slipped AS slipped,
        __year_before.slipped AS slipped_year_before,
        __lost AS lost,
        __year_before.lost AS lost_year_before
    FROM __now LEFT JOIN __then ON __now.__stage IS NOT DISTINCT FROM __then.__stage
    ORDER BY __now.__stage ASC NULLS LAST
), __text AS NOT MATERIALIZED (
    -- One row per stage, and one for all, with labels that every database can store.
    SELECT * REPLACE (lifecycle_stage::VARCHAR AS lifecycle_stage) FROM __enum
)
FROM query_table(audience.__labels('overview', labels));
