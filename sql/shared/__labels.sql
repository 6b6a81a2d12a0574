-- The CTE with labels as they are asked for. query_table has to know it when the call is planned, and there an error
-- can only be the name of a table that does not exist.
CREATE MACRO audience.__labels(caller, labels) AS
CASE WHEN labels::VARCHAR IN ('enum', 'text') THEN concat('__', labels::VARCHAR)
     ELSE concat('audience: ', caller, ': labels must be ''enum'' or ''text'', got ',
                 coalesce(labels::VARCHAR, 'NULL'))
END;
