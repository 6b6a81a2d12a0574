-- One row per customer and label to list: the scores by a model, with their reasons. `catalogue` is
-- one row with the products, names and labels by their numbers.
CREATE MACRO audience.__interest_rows(caller, baskets, model, catalogue) AS TABLE
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
FROM audience.__intent_ranks(caller, baskets, model), query_table(catalogue);
