-- One row per customer and label, ordered by both: the purchase intent that interests, interested_in and cross_sell
-- share. Labels are the values of `label`, and also those of the list `labels` that no line has.
CREATE MACRO audience.__interests(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    argument,
    label,
    labels,
    as_of,
    filter,
    horizon_days,
    name,
    only_new,
    top,
    amount
) AS TABLE
WITH __known AS MATERIALIZED (
    -- One row per order line.
    SELECT * RENAME (__mark AS __label, __detail AS __name)
    FROM audience.__order_lines(caller, lines, customer_id, order_date, product, argument, label, name::VARCHAR, as_of,
                                filter, amount := amount)
), __named AS MATERIALIZED (
    -- One row per product, label and name that occur together.
    SELECT __product, __label, __name, count(*) AS __rows
    FROM __known
    GROUP BY ALL
), __products AS MATERIALIZED (
    -- One row per product.
    FROM audience.__named_products('__named')
), __labels AS MATERIALIZED (
    -- One row per label.
    SELECT __label, (row_number() OVER (ORDER BY __label) - 1)::INTEGER AS __number
    FROM (SELECT __label FROM __named WHERE __label IS NOT NULL
          UNION SELECT unnest(labels) FROM audience.__one('__named'))
), __numbered AS MATERIALIZED (
    -- One row per product and label that occur together; either may be missing.
    SELECT DISTINCT __named.__product, __named.__label, __products.__index, __labels.__number
    FROM __named
    LEFT JOIN __products ON __products.__product = __named.__product
    LEFT JOIN __labels ON __labels.__label = __named.__label
), __baskets AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__labelled_baskets(caller, '__known', '__numbered')
), __options AS MATERIALIZED (
    -- One row: the checked options and the date.
    SELECT *
    FROM audience.__intent_options(caller, '__baskets', horizon_days, only_new, top),
         audience.__clock(caller, '__baskets', as_of)
    WHERE (SELECT __is_met FROM audience.__labels_met(caller, argument, '__named'))
), __model AS MATERIALIZED (
    -- One row: all that a score needs besides the basket.
    FROM audience.__intent_model(caller, '__baskets', '__numbered', '__products', '__labels', '__options')
), __ordered AS (
    -- One row per customer and label to list. Sorted before the reasons are added, which are most of a row.
    FROM audience.__intent_ranks(caller, '__baskets', '__model')
    ORDER BY __score.label, __customer
), __catalogue AS MATERIALIZED (
    -- One row: the products, names and labels by their numbers.
    SELECT list(__product ORDER BY __index) AS __product_list, list(__name ORDER BY __index) AS __name_list,
           (SELECT list(__label ORDER BY __number) FROM __labels) AS __label_list
    FROM __products
)
SELECT
    __label_list[__score.label + 1] AS __label,
    __customer,
    __rank,
    __score,
    CASE WHEN __only_new THEN __score.new_lift ELSE __score.lift END AS __lift,
    __share,
    audience.__intent_reasons(__score, __product_list, __name_list) AS __because,
    __audience_explain_intent(caller, __score, __name_list[__score.first.product + 1], __as_of, __horizon_days,
                              __only_new) AS __reason
FROM __ordered, __catalogue;
