-- One row: what the STRUCT of audience.intent_model holds, checked; NULLs where none was given. `stored` has products
-- and labels, which give their types to a model that does not exist yet.
CREATE MACRO audience.__opened_intent(caller, stored, model) AS TABLE
WITH __types AS (
    -- One row: no products and no labels.
    SELECT list(__product) AS __no_products, list(__label) AS __no_labels
    FROM (SELECT __product, __label FROM query_table(stored) LIMIT 0)
), __meant AS (
    -- One row: a NULL of the type of each field.
    SELECT NULL::INTEGER AS format_version, NULL::VARCHAR AS step, NULL::VARCHAR AS fingerprint, NULL::DATE AS as_of,
           NULL::INTEGER AS horizon_days, NULL::BIGINT AS lines, NULL::BIGINT AS checksum,
           NULL::BOOLEAN AS amount_given, __no_products AS products, NULL::VARCHAR[] AS names, __no_labels AS labels,
           NULL::BLOB AS members, NULL::BLOB AS weights, NULL::BLOB AS scales, NULL::BLOB AS calibration
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
                      THEN concat(' must be the column model of audience.intent_model, got ', __model.__kind)
                      ELSE coalesce(audience.__keys_problem('products', __model.products[1], __no_products[1]),
                                    audience.__keys_problem('labels', __model.labels[1], __no_labels[1]),
                                    audience.__intent_problem(__model)) END AS __problem
          FROM __given, __types)
)
SELECT __read.step AS __step, __read.fingerprint AS __fingerprint, __read.as_of AS __as_of,
       __read.horizon_days AS __horizon_days, __read.lines AS __line_count, __read.checksum AS __checksum,
       __read.amount_given AS __amount_given,
       __read.products AS __product_list, __read.names AS __name_list, __read.labels AS __label_list,
       len(__read.products)::INTEGER AS __product_count, len(__read.labels)::INTEGER AS __label_count,
       __read.members AS __members, __read.weights AS __weights, __read.scales AS __scales,
       __read.calibration AS __calibration
FROM __sound;
