-- The size and value of each audience at the end of every period, as they would have been seen on that day. Customers,
-- stages, tiers and values are those of audience.customers as of that day, with a model fitted to nothing later. Dates
-- in the definitions count from that day. One row per period and audience, also where nobody belongs to it, ordered by
-- both.
--
-- Periods are those of audience.lifecycle_history; the year before since is computed too, for comparison. Every period
-- takes about as long as audience.customers does for the customers known then. All periods together may have 200
-- million of them.
--
-- Arguments:
-- - orders, customer_id, order_date, amount, filter, season: as in audience.customers
-- - definitions: as in audience.members; they can only use what was known then, which are the columns of
--   audience.customers
-- - every, since, until: as in audience.lifecycle_history
--
-- Returns:
-- - period_end: last day of the period; the customers are judged at its end
-- - audience: the audience's name
-- - customers: customers in it on that day
-- - revenue: what they had spent up to that day, refunds included and unknown amounts left out; NULL where no amount is
--   known
-- - customer_value: the sum of their values on that day; NULL where none is known
-- - change_from_previous: customers minus those at the end of the period before; NULL in the period of the first order
-- - change_from_year_before: customers minus those of the period that holds the same day a year before, or on that very
--   day where this period is cut off at until; NULL where that is before the first order, or the period that holds it
--   is this one and whole
--
-- Errors:
-- - a definition has an error, uses another column or asks about products; the message names the audience and the path
-- - and as in audience.lifecycle_history
--
-- Example:
-- CREATE TEMP TABLE watched AS FROM (VALUES
--     ('VIP', '{"column": "importance_tier", "=": "VIP"}'),
--     ('New', '{"column": "first_order_date", "within_last_days": 90}')) v(name, definition);
-- SELECT period_end, audience, customers, revenue, customer_value, change_from_previous, change_from_year_before
-- FROM audience.audience_history('orders', customer_id, order_date, amount, 'watched', every := '6 months',
--                                since := DATE '2024-07-01', filter := status <> 'cancelled');
--
-- Source: as in audience.customers
CREATE MACRO audience.audience_history(
    orders,
    customer_id,
    order_date,
    amount,
    definitions,
    every := '1 month',
    since := NULL,
    until := NULL,
    filter := true,
    season := true
) AS TABLE
WITH __checked AS MATERIALIZED (
    -- One row: all definitions. With the days, as in audience.members.
    SELECT __audience_definitions('audience_history', __table) AS __definitions, since AS __from, until AS __to
    FROM audience.__definition_table('audience_history', definitions)
), __names AS MATERIALIZED (
    -- One row per audience.
    SELECT unnest(__definitions.names) AS __name, generate_subscripts(__definitions.names, 1) AS __number FROM __checked
), __matched AS (
    -- One row per customer and period, and one per period, with the set of audiences.
    SELECT __end, __shown, __period_before, __year_before, __row.revenue AS __revenue, __row.customer_value AS __value,
           __audience_matching_set('audience_history', __definitions.packed, __end, __row) AS __set
    FROM audience.__customers_history('audience_history', orders, customer_id, order_date, amount, every, since, until,
                                      filter, season), __checked
), __summed AS (
    -- One row per period, with the totals of all audiences.
    SELECT __end, any_value(__shown) AS __shown, any_value(__period_before) AS __period_before,
           any_value(__year_before) AS __year_before,
           __audience_set_totals('audience_history', __set, NULL, __revenue, __value, NULL, NULL, NULL) AS __totals
    FROM __matched
    GROUP BY __end
), __grid AS MATERIALIZED (
    -- One row per period and audience.
    SELECT __end, __shown, __period_before, __year_before, __name, __number, __totals[__number] AS __total,
           coalesce(__totals[__number].customers, 0) AS __customers
    FROM __summed, __names
)
SELECT
    __now.__end AS period_end,
    __now.__name AS audience,
    __now.__customers AS customers,
    CASE WHEN __now.__customers = 0 THEN 0 ELSE __now.__total.revenue END AS revenue,
    CASE WHEN __now.__customers = 0 THEN 0 ELSE __now.__total.customer_value END AS customer_value,
    __now.__customers - __before.__customers AS change_from_previous,
    __now.__customers - __then.__customers AS change_from_year_before
FROM __grid AS __now
LEFT JOIN __grid AS __before ON __now.__number = __before.__number AND __now.__period_before = __before.__end
LEFT JOIN __grid AS __then ON __now.__number = __then.__number AND __now.__year_before = __then.__end
WHERE __now.__shown
ORDER BY __now.__end ASC, __now.__number ASC;
