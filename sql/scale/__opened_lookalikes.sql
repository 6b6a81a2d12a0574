-- One row: what the STRUCT of audience.lookalike_model holds, checked; NULLs where none was given. `stored` has
-- products, which give their type to a model that does not exist yet.
CREATE MACRO audience.__opened_lookalikes(caller, stored, model) AS TABLE
WITH __types AS (
    -- One row: no products.
    SELECT list(__product) AS __no_products FROM (SELECT __product FROM query_table(stored) LIMIT 0)
), __meant AS (
    -- One row: a NULL of the type of each field.
    SELECT NULL::INTEGER AS format_version, NULL::VARCHAR AS step, NULL::VARCHAR AS fingerprint, NULL::DATE AS as_of,
           NULL::BIGINT AS lines, NULL::BIGINT AS checksum, NULL::BIGINT AS customers, NULL::BIGINT AS seeds,
           __no_products AS products, NULL::BLOB AS weights, NULL::BLOB AS fit
    FROM __types
), __given AS (
    -- One row: the model, with NULLs where nothing was given.
    SELECT __model FROM audience.__fields_given('__types', model, '__meant') AS __model
), __sound AS (
    -- One row: the model, if this version can read it.
    SELECT CASE WHEN __problem IS NULL THEN __given ELSE audience.__refused(caller, concat('model', __problem)) END
               AS __read
    FROM (SELECT __model AS __given,
                 CASE WHEN __model.__is_passed AND __model.format_version IS NULL
                      THEN concat(' must be the column model of audience.lookalike_model, got ', __model.__kind)
                      ELSE coalesce(audience.__keys_problem('products', __model.products[1], __no_products[1]),
                                    audience.__lookalike_problem(__model)) END AS __problem
          FROM __given, __types)
)
SELECT __read.step AS __step, __read.fingerprint AS __fingerprint, __read.as_of AS __as_of, 365 AS __horizon_days,
       __read.lines AS __line_count, __read.checksum AS __checksum, __read.customers AS __customer_count,
       __read.seeds AS __seed_count,
       __read.products AS __product_list, len(__read.products)::INTEGER AS __product_count,
       __read.weights AS __weights, __read.fit AS __model
FROM __sound;
