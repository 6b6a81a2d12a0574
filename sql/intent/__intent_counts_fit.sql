-- Whether the counts of products and labels fit into memory, or an error. Every thread counts the buyers of both, today
-- and a horizon ago.
CREATE MACRO audience.__intent_counts_fit(caller, products, labels) AS
audience.__fits(caller, 8.0 * current_setting('threads')::INTEGER * products * labels,
                concat(products, ' products and ', labels, ' labels'), 'label must have fewer values');
