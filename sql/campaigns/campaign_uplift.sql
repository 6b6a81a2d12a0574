-- The uplift of a campaign: conversion and revenue per customer of those who were treated, compared with those who were
-- held out, with 95 % intervals. One row per metric; none when there are no rows. The groups come from holdout_group or
-- any other random assignment.
--
-- Arguments:
-- - results: name of a relation with one row per customer of the campaign, treated or held out, also those who did
--   nothing; quoted, as in audience.customers
-- - held_out: BOOLEAN expression; true = was held out, false = was treated. Assignment decides, not who opened or
--   clicked
-- - converted: BOOLEAN expression; NULL, as a LEFT JOIN gives it to those who did nothing, counts as false
-- - revenue: expression, any number; NULL counts as 0
--
-- Returns:
-- - metric: conversion_rate or revenue_per_customer, in this order
-- - treated: customers treated
-- - held_out: customers held out
-- - treated_mean: the metric among those treated; NULL when there are none
-- - held_out_mean: the metric among those held out; NULL when there are none
-- - uplift: treated_mean - held_out_mean
-- - lower: lower end of the 95 % interval of the uplift. NULL when a group is empty; for revenue also when a group has
--   one customer or revenue varies in neither. With fewer than about 100 customers held out the interval of revenue is
--   too narrow, see holdouts.md
-- - upper: upper end of the interval, NULL when lower is
-- - needed_per_group: customers that each group needs to find a true difference as large as the observed uplift with 80
--   % power at 5 %, two-sided; NULL when the uplift is 0 or NULL, or for revenue when lower is NULL
--
-- Errors: held_out is NULL in any row, or revenue is infinite or NaN
--
-- Example:
-- CREATE OR REPLACE TEMP TABLE results AS
-- SELECT customer_id, holdout_group(customer_id, 'spring 2025', 0.3) AS held_out,
--        count(*) FILTER (order_date >= DATE '2025-03-01') > 0 AS converted,
--        sum(amount) FILTER (order_date >= DATE '2025-03-01') AS revenue
-- FROM orders
-- WHERE customer_id IS NOT NULL AND status = 'completed' AND order_date < DATE '2025-04-01'
-- GROUP BY customer_id
-- HAVING min(order_date) < DATE '2025-03-01';
-- SELECT * FROM audience.campaign_uplift('results', held_out, converted, revenue);
--
-- Source: conversion, Newcombe (1998), method 10; revenue, the same in units of a typical order, or Welch (1947) with
-- the degrees of freedom of Satterthwaite (1946) where most customers buy or refunds are more than a third of sales.
-- The formulas, and how often the intervals hold the truth, are in holdouts.md.
CREATE MACRO audience.campaign_uplift(
    results,
    held_out,
    converted,
    revenue
) AS TABLE
WITH __results AS (
    -- One row per customer of the campaign.
    SELECT audience.__condition('campaign_uplift', 'held_out', held_out) AS __held_out,
           audience.__condition('campaign_uplift', 'converted', converted) AS __converted,
           audience.__number_column('campaign_uplift', 'revenue', revenue, __row) AS __revenue
    FROM query_table(results) AS __row
), __metrics AS (
    -- One row per metric.
    SELECT unnest(__audience_campaign_uplift('campaign_uplift', __held_out, __converted, __revenue)) AS __row
    FROM __results
)
SELECT
    __row.metric,
    __row.treated,
    __row.held_out,
    __row.treated_mean,
    __row.held_out_mean,
    __row.uplift,
    __row.lower,
    __row.upper,
    __row.needed_per_group
FROM __metrics
ORDER BY __row.metric ASC;
