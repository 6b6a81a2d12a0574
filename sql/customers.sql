-- Everything about every customer with a purchase, one row each: lifecycle stage, importance tier, predicted
-- value, and the reason in numbers. The rows are in no order; add ORDER BY where one is needed.
--
-- A purchase is a day with at least one order, so several orders on one day count once. Refunds are not purchases: a
-- customer who has only refunds up to as_of is left out. The stage, the usual gap and next_stage_date follow
-- peer_group; the probabilities, the tier and the value do not. expected_purchases, expected_revenue and customer_value
-- look value_days ahead, the stage Lost always 180, whatever horizon_days is. What return_probability learned from the
-- shop's past windows of horizon_days moves them too; the stage and its dates are MBG/NBD's alone.
--
-- Arguments:
-- - orders: the quoted name of a table, view, temporary table, CTE, data frame or file
-- - customer_id: expression over its columns, of any type; rows where it is NULL are ignored, so make guests NULL, as
--   in nullif(customer_id, 0)
-- - order_date: DATE, TIMESTAMP or TIMESTAMPTZ (its day in the session's time zone), or text that casts to DATE; rows
--   where it is NULL or infinite are ignored
-- - amount: any number, revenue and not margin, which is value; negative amounts are refunds, which lower the revenue
--   and are not purchases, so a sale at a loss must not be written as its margin; NULL, NaN and infinite amounts count
--   as unknown
-- - as_of: DATE, finite; the customers as they were at the end of that day, later rows are ignored; default NULL = the
--   day of the latest row that filter leaves and that is not after today
-- - filter: BOOLEAN expression over the relation, such as status = 'completed'; rows where it is false or NULL are
--   ignored; default true
-- - just_ordered_days: INTEGER, 0 to 3650; a purchase this recent is too early to judge; default NULL = 30, or the
--   shop's typical gap in whole days where that is shorter, as at a grocer's
-- - horizon_days: INTEGER, 1 to 3650; how far return_probability looks ahead; default 180
-- - peer_group: expression over the relation, such as country; customers are judged against the typical gap of their
--   group (its value on their latest purchase that has one, the greatest of several that day) where the group has at
--   least 30 repeat buyers; else, and where it is NULL, against the shop's; default NULL = one group
-- - model: STRUCT from audience.purchase_model to score with, such as (SELECT model FROM saved), also one of another
--   day; with it as_of has to be given, because the latest day of these orders may not be the day meant; default NULL,
--   also that of a subquery without a row = fit one to these orders
-- - lost_after_gaps: DOUBLE, 1.1 to 1000; who is overdue and silent for more than so many usual gaps is Lost, such as 3
--   in a young shop, where the model cannot tell yet; default NULL = who is overdue and unlikely to return
-- - season: BOOLEAN; whether the shop's seasons, see audience.seasonality, move return_probability, expected purchases,
--   revenue, value and next_order_date; default true
-- - labels: 'enum' = labels sort in their order; 'text' = they are VARCHAR, for databases and tools without ENUM; see
--   audience.at_least; default 'enum'
-- - value_days: INTEGER, 1 to 3650; how far expected_purchases, expected_revenue and customer_value look ahead, and
--   with them importance_tier and value_rank; default 365
-- - discount_rate: DOUBLE, 0 to 1; by how much less the money of a year later is worth, such as 0.1 = 10 % a year: what
--   comes after t days counts for 1 / (1 + discount_rate)^(t / 365) in expected_revenue and customer_value; default 0
-- - value: any number, such as the margin; what revenue, expected_revenue and customer_value count instead of the
--   amount, and so the tiers; the amount still decides which rows are purchases, so a sale at a loss is one; NULL, NaN
--   and infinite values count as unknown. A model that is given has to be fitted with the same value; default NULL =
--   the amount
--
-- Returns:
-- - customer_id: the customer, of the type that was given
-- - lifecycle_stage: where the customer stands, in this order
-- - importance_tier: how much the shop depends on the customer, in this order
-- - purchases: days with at least one order
-- - revenue: sum of all known amounts, refunds included; NULL when none is known
-- - average_purchase_value: revenue per purchase
-- - first_order_date: day of the first purchase
-- - last_order_date: day of the latest purchase
-- - silence_days: days from the latest purchase to as_of
-- - usual_gap_days: days between purchases that are usual for this customer
-- - alive_probability: chance, 0 to 1, that the customer is still a customer, by MBG/NBD alone, as the stages; where
--   the shop's past says that such customers came back more often, return_probability can be higher
-- - return_probability: chance, 0 to 1, of at least one purchase within horizon_days, by MBG/NBD and what the shop's
--   past adds
-- - expected_purchases: expected purchases within value_days
-- - expected_revenue: expected revenue within value_days, less the discount; NULL when no amount is known
-- - customer_value: revenue so far, if positive, plus expected_revenue
-- - value_rank: rank by customer_value, 1 is the highest; equal values share a rank; NULL when no amount is known
-- - next_order_date: median day of the next purchase, given that one comes within a year. It tells when, not whether;
--   for that see return_probability
-- - next_stage: the stage that comes next if the customer stays silent; NULL when none does within 100 years
-- - next_stage_date: the first day of that stage
-- - reason: why the customer has this stage, in one sentence
--
-- Errors:
-- - as_of is infinite; just_ordered_days, horizon_days, lost_after_gaps, value_days, discount_rate or the model is out
--   of range; a model is given without as_of
-- - customer_id or peer_group is a text in quotes, order_date no date, amount or value no number, or filter no
--   condition
-- - the relation or a column does not exist: DuckDB's own message
-- - the amounts add up to more than a DOUBLE holds
--
-- Example:
-- SELECT customer_id, lifecycle_stage, importance_tier, purchases, revenue, customer_value, reason
-- FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed')
-- ORDER BY customer_value DESC
-- LIMIT 5;
--
-- Source: MBG/NBD, Batislam, Denizel & Filiztekin (2007) and Hoppe & Wagner (2007), fitted with a weak prior; the
-- stages and tiers are rules over it, see how-it-works.md.
CREATE MACRO audience.customers(
    orders,
    customer_id,
    order_date,
    amount,
    as_of := NULL,
    filter := true,
    just_ordered_days := NULL,
    horizon_days := 180,
    peer_group := NULL,
    model := NULL,
    lost_after_gaps := NULL,
    season := true,
    labels := 'enum',
    value_days := 365,
    discount_rate := 0,
    value := NULL
) AS TABLE
WITH __histories AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__dated_histories('customers', orders, customer_id, order_date, amount, as_of, filter,
                                    peer_group, value)
), __options AS MATERIALIZED (
    -- One row: the checked options.
    FROM audience.__lifecycle_options('customers', '__histories', just_ordered_days, lost_after_gaps, horizon_days),
         audience.__value_options('customers', '__histories', value_days, discount_rate)
), __fit AS MATERIALIZED (
    -- One row: the day and the model.
    FROM audience.__fit('customers', '__histories', as_of, model, (SELECT __horizon_days FROM __options),
                        season)
), __valued AS MATERIALIZED (
    -- One row per customer with a purchase.
    FROM audience.__valued('customers', '__histories', '__fit', (SELECT __horizon_days FROM __options),
                           (SELECT __value_days FROM __options), (SELECT __discount_rate FROM __options))
), __importance AS MATERIALIZED (
    -- One row: the least value of a VIP.
    FROM audience.__importance('customers', '__valued')
), __ranks AS (
    -- One row per customer with a purchase: the rank.
    SELECT __customer, __rank FROM audience.__value_ranks('__valued')
), __peers AS (
    -- One row per peer group that is large enough.
    FROM audience.__peer_gaps('customers', '__histories')
), __known AS (
    -- One row per customer with a purchase, with all that is the same for everybody.
    SELECT *, __as_of AS __day, __importance.vip_value AS __vip_value
    FROM __valued JOIN __ranks USING (__customer) LEFT JOIN __peers USING (__group), __fit, __importance, __options
), __enum AS NOT MATERIALIZED (
    -- One row per customer with a purchase.
    SELECT * EXCLUDE (__day)
    FROM audience.__customer_columns('customers', '__known')
), __text AS NOT MATERIALIZED (
    -- One row per customer with a purchase, with labels that every database can store.
    SELECT * REPLACE (lifecycle_stage::VARCHAR AS lifecycle_stage,
                      importance_tier::VARCHAR AS importance_tier,
                      next_stage::VARCHAR AS next_stage)
    FROM __enum
)
FROM query_table(audience.__labels('customers', labels));
