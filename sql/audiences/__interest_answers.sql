-- One row per customer who is one of the likeliest buyers that a definition asks for, with the numbers of the
-- questions. The model learns from all `baskets`, and ranks the `candidates` among them.
CREATE MACRO audience.__interest_answers(
    caller,
    checked,
    baskets,
    candidates,
    numbered,
    products,
    options
) AS TABLE
WITH __questions AS MATERIALIZED (
    -- One row per question about interest.
    SELECT unnest(__interests) AS __question FROM query_table(checked)
), __labels AS MATERIALIZED (
    -- One row per set of products that customers may be interested in.
    SELECT unnest(range(__labels)) AS __number FROM query_table(checked)
), __model AS MATERIALIZED (
    -- One row: all that a score needs besides the basket.
    FROM audience.__intent_model(caller, baskets, numbered, products, '__labels', options)
)
SELECT __customer, list(__question.number) AS __numbers
FROM audience.__intent_ranks(caller, candidates, '__model') JOIN __questions ON __question.label = __score.label
WHERE __rank <= __question.top OR __share <= __question.buyers
GROUP BY __customer;
