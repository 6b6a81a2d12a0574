-- One row: a table of audience definitions as it came, which the checks and audience.members take.
CREATE MACRO audience.__definition_table(caller, definitions) AS TABLE
WITH __given AS (
    -- One row per definition.
    SELECT name AS __name, definition AS __definition FROM query_table(definitions)
)
SELECT __audience_definition_table(caller, __name::VARCHAR, __definition::VARCHAR) AS __table
FROM __given;
