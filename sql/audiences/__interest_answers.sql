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
), __ranked AS (
    -- One row per candidate and question.
    SELECT __customer, __rank, __question,
           CASE WHEN __question.buyers IS NOT NULL AND __share IS NULL
                THEN audience.__refused(caller, concat(
                    'definition ', __product_sets[__question.label + 1],
                    ': buyers needs lines of more than horizon_days, ', __options.__horizon_days,
                    '; ask for top instead'))::DOUBLE
                ELSE __share END AS __share
    FROM audience.__intent_ranks(caller, candidates, '__model') AS __ranks
    JOIN __questions ON __question.label = __score.label, query_table(checked) AS __options
), __asked AS (
    -- One row per candidate and question, with the rank at which the share is reached.
    SELECT *,
           min(CASE WHEN __share >= __question.buyers THEN __rank END) OVER (PARTITION BY __question.number) AS __last
    FROM __ranked
)
SELECT __customer, list(__question.number) AS __numbers
FROM __asked
WHERE __rank <= __question.top OR __share <= __question.buyers OR __rank = __last
GROUP BY __customer;
