-- One row: what the STRUCT of audience.lookalike_model holds, checked; NULLs where none was given. `stored` has
-- products, which give their type to a model that does not exist yet.
CREATE MACRO audience.__opened_lookalikes(caller, stored, model) AS TABLE
WITH __types AS (
    -- One row: no products.
    SELECT list(__product) AS __no_products FROM (SELECT __product FROM query_table(stored) LIMIT 0)
), __given AS MATERIALIZED (
    -- One row: the model, with NULLs where nothing was given. The coalesce gives the fields their types.
    SELECT __passed IS NOT NULL AS __is_passed, coalesce(__passed, {
               'format_version': NULL::INTEGER,
               'step': NULL::VARCHAR,
               'fingerprint': NULL::VARCHAR,
               'as_of': NULL::DATE,
               'lines': NULL::BIGINT,
               'checksum': NULL::BIGINT,
               'customers': NULL::BIGINT,
               'seeds': NULL::BIGINT,
               'products': __no_products,
               'weights': NULL::BLOB,
               'fit': NULL::BLOB
           }) AS __given
    FROM (SELECT model AS __passed, * FROM __types)
), __sound AS (
    -- One row: the model, if this version can read it.
    SELECT CASE WHEN __problem IS NULL THEN __given ELSE audience.__refused(caller, concat('model', __problem)) END
               AS __read
    FROM (SELECT __given,
                 CASE WHEN __is_passed AND __given.format_version IS NULL
                      THEN ' must be the column model of audience.lookalike_model, got another STRUCT'
                      ELSE audience.__lookalike_problem(__given) END AS __problem
          FROM __given)
)
SELECT __read.step AS __step, __read.fingerprint AS __fingerprint, __read.as_of AS __as_of, 365 AS __horizon_days,
       __read.lines AS __line_count, __read.checksum AS __checksum, __read.customers AS __customer_count,
       __read.seeds AS __seed_count,
       __read.products AS __product_list, len(__read.products)::INTEGER AS __product_count,
       __read.weights AS __weights, __read.fit AS __model
FROM __sound;
