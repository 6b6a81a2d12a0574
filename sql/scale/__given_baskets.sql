-- One row per customer: the basket, with the numbers that a given model has for products and labels, and its latest
-- day. Nobody where there is no model. `argument` is what the labels are given as: with other ones than the model's the
-- numbers would be those of another question.
CREATE MACRO audience.__given_baskets(
    caller,
    known,
    model,
    argument
) AS TABLE
WITH __products AS MATERIALIZED (
    -- One row per product.
    SELECT unnest(__product_list) AS __product, (generate_subscripts(__product_list, 1) - 1)::INTEGER AS __index
    FROM query_table(model)
), __labels AS MATERIALIZED (
    -- One row per label.
    SELECT unnest(__label_list) AS __label, (generate_subscripts(__label_list, 1) - 1)::INTEGER AS __number
    FROM query_table(model)
), __named AS (
    -- One row per product and label that occur together.
    SELECT DISTINCT __product, __label
    FROM query_table(known)
    WHERE (SELECT __step IS NOT NULL FROM query_table(model))
), __numbered AS MATERIALIZED (
    -- One row per product and label that occur together, which the model has to know.
    SELECT __pairs.* REPLACE (
               CASE WHEN __product IS NULL OR __index IS NOT NULL THEN __index
                    ELSE audience.__refused(caller, concat('model must be that of these lines: it has no product ',
                                                           __product::VARCHAR))::INTEGER END AS __index,
               CASE WHEN __label IS NULL OR __number IS NOT NULL THEN __number
                    ELSE audience.__refused(caller, concat('model must be that of these lines: it has no label ',
                                                           __label::VARCHAR))::INTEGER END AS __number)
    FROM audience.__numbered_pairs('__named', '__products', '__labels') AS __pairs, query_table(model) AS __model
    WHERE CASE WHEN __index IS NULL OR __number IS NULL
                 OR __audience_is_label_member(caller, __model.__members, __index, __number)
               THEN true
               ELSE audience.__refused(caller, concat(
                   argument, ' must be that of the model, where the product ', __product::VARCHAR,
                   ' does not have the label ', __label::VARCHAR)) END
)
FROM audience.__labelled_baskets(caller, known, '__numbered');
