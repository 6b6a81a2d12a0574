-- One row: the model that was given, if it does not know what came after cutoff, or NULL.
CREATE MACRO audience.__backtest_model(caller, model, options) AS TABLE
WITH __passed AS MATERIALIZED (
    -- One row: the model that was given, or NULL.
    SELECT audience.__checked_model(caller, model, __cutoff) AS __struct, __cutoff FROM query_table(options)
)
SELECT CASE WHEN __struct.as_of > __cutoff
            THEN audience.__refused(caller, concat(
                'model must be of cutoff, which is ', __cutoff, ', or of a day before, got one of ', __struct.as_of))
            ELSE __struct END AS __struct
FROM __passed;
