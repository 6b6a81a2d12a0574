-- One row per customer and label, ordered by both: purchase intent by a complete model, as __interests gives it.
-- `lines` are those of all customers, or a part of them. A part does not know how many customers elsewhere have a
-- higher score.
CREATE MACRO audience.__interests_of(
    caller,
    lines,
    customer_id,
    order_date,
    product,
    argument,
    label,
    model,
    filter,
    only_new,
    top,
    amount
) AS TABLE
WITH __lines AS MATERIALIZED (
    -- One row per order line, also after as_of.
    FROM audience.__intent_lines(caller, lines, customer_id, order_date, product, argument, label, filter, NULL, amount)
), __opened AS MATERIALIZED (
    -- One row: the model, if it is complete and has amounts where these lines have.
    SELECT * REPLACE (CASE WHEN coalesce(__step <> 'calibration', true)
                           THEN audience.__refused(caller, concat(
                               'model must be that of audience.intent_model after all steps, got ',
                               coalesce('the one after the step ' || __step, 'NULL')))
                           WHEN __is_given AND NOT __amount_given
                           THEN audience.__refused(
                               caller, 'amount must be given to audience.intent_part in every step, or not here either')
                           WHEN __amount_given AND NOT __is_given
                           THEN audience.__refused(caller, 'amount must be given, as it was to audience.intent_part')
                           ELSE __step END AS __step)
    FROM audience.__opened_intent(caller, '__lines', model), audience.__is_given(lines, amount)
), __known AS MATERIALIZED (
    -- One row per order line up to as_of.
    SELECT __lines.* FROM __lines, __opened WHERE __day <= __as_of AND __step IS NOT NULL
), __baskets AS MATERIALIZED (
    -- One row per customer.
    FROM audience.__given_baskets(caller, '__known', '__opened', argument)
), __model AS MATERIALIZED (
    -- One row: all that a score needs besides the basket.
    SELECT __as_of, __label_count, __weights, __scales, __calibration, __options.*
    FROM __opened, audience.__intent_options(caller, '__baskets', (SELECT __horizon_days FROM __opened), only_new, top)
        AS __options
), __catalogue AS MATERIALIZED (
    -- One row: the products, names and labels by their numbers, and whether these are all lines.
    SELECT __product_list, __name_list, __label_list,
           (SELECT count(*) FROM __known) = __line_count AS __is_whole
    FROM __opened
)
SELECT __rows.* REPLACE (CASE WHEN __is_whole THEN __rank END AS __rank,
                         CASE WHEN __is_whole THEN __share END AS __share)
FROM audience.__interest_rows(caller, '__baskets', '__model', '__catalogue') AS __rows, __catalogue;
