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
    FROM audience.__order_lines(caller, lines, customer_id, order_date, product, argument, label,
                                audience.__column(caller, 'name', name, __row)::VARCHAR, as_of,
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
    SELECT __label, (row_number() OVER (ORDER BY __label ASC) - 1)::INTEGER AS __number
    FROM (SELECT __label FROM __named WHERE __label IS NOT NULL
          UNION SELECT unnest(labels) FROM audience.__one('__named'))
), __numbered AS MATERIALIZED (
    -- One row per product and label that occur together.
    FROM audience.__numbered_pairs('__named', '__products', '__labels')
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
), __catalogue AS MATERIALIZED (
    -- One row: the products, names and labels by their numbers.
    SELECT list(__product ORDER BY __index ASC) AS __product_list, list(__name ORDER BY __index ASC) AS __name_list,
           (SELECT list(__label ORDER BY __number ASC) FROM __labels) AS __label_list
    FROM __products
)
FROM audience.__interest_rows(caller, '__baskets', '__model', '__catalogue');
