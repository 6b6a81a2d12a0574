-- One row: what the STRUCT of audience.intent_model holds, checked; NULLs where none was given. `stored` has products
-- and labels, which give their types to a model that does not exist yet.
CREATE MACRO audience.__opened_intent(caller, stored, model) AS TABLE
WITH __types AS (
    -- One row: no products and no labels.
    SELECT list(__product) AS __no_products, list(__label) AS __no_labels
    FROM (SELECT __product, __label FROM query_table(stored) LIMIT 0)
), __given AS MATERIALIZED (
    -- One row: the model, with NULLs where nothing was given. The coalesce gives the fields their types.
    SELECT __passed IS NOT NULL AS __is_passed, coalesce(__passed, {
               'format_version': NULL::INTEGER,
               'step': NULL::VARCHAR,
               'fingerprint': NULL::VARCHAR,
               'as_of': NULL::DATE,
               'horizon_days': NULL::INTEGER,
               'lines': NULL::BIGINT,
               'checksum': NULL::BIGINT,
               'products': __no_products,
               'names': NULL::VARCHAR[],
               'labels': __no_labels,
               'members': NULL::BLOB,
               'weights': NULL::BLOB,
               'scales': NULL::BLOB,
               'calibration': NULL::BLOB
           }) AS __given
    FROM (SELECT model AS __passed, * FROM __types)
), __sound AS (
    -- One row: the model, if this version can read it.
    SELECT CASE WHEN __problem IS NULL THEN __given ELSE audience.__refused(caller, concat('model', __problem)) END
               AS __read
    FROM (SELECT __given,
                 CASE WHEN __is_passed AND __given.format_version IS NULL
                      THEN ' must be the column model of audience.intent_model, got another STRUCT'
                      ELSE audience.__intent_problem(__given) END AS __problem
          FROM __given)
)
SELECT __read.step AS __step, __read.fingerprint AS __fingerprint, __read.as_of AS __as_of,
       __read.horizon_days AS __horizon_days, __read.lines AS __line_count, __read.checksum AS __checksum,
       __read.products AS __product_list, __read.names AS __name_list, __read.labels AS __label_list,
       len(__read.products)::INTEGER AS __product_count, len(__read.labels)::INTEGER AS __label_count,
       __read.members AS __members, __read.weights AS __weights, __read.scales AS __scales,
       __read.calibration AS __calibration
FROM __sound;
