-- A reason of audience.lookalikes; `bought` is the name of its feature where that is a product.
CREATE MACRO audience.__lookalike_reason(reason, bought) AS {
    'feature': coalesce(reason.figure, bought),
    'value': reason.value,
    'seeds': reason.seeds,
    'others': reason.others,
    'contribution': reason.contribution
};
