-- One row: true if `properties` may stand beside the columns of the file. Their names are asked of no rows.
CREATE MACRO audience.__properties_given(
    caller,
    contacts,
    properties,
    file_columns
) AS TABLE
WITH __names AS (
    -- One row: the names of the properties, which the other element of a list gets as well.
    SELECT json_keys(to_json([any_value(__given), {'__none': NULL}][2])) AS __names
    FROM (SELECT properties AS __given FROM query_table(contacts) LIMIT 0)
), __taken AS (
    -- One row: those that the file has already.
    SELECT [__name FOR __name IN __names IF lower(__name) IN file_columns] AS __taken FROM __names
)
SELECT CASE WHEN len(__taken) > 0
            THEN audience.__refused(caller, concat(
                'properties must have other names than the columns of the file, got ', __taken[1]))
            ELSE true END AS __has_properties
FROM __taken;
