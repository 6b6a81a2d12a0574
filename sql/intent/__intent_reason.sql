-- A purchase that makes another one likely, with its product and the product's name by their number.
CREATE MACRO audience.__intent_reason(reason, products, names) AS {
    'product': products[reason.product + 1],
    'name': names[reason.product + 1],
    'buyers': reason.buyers::BIGINT,
    'co_buyers': reason.co_buyers::BIGINT,
    'weight': reason.weight
};
