-- One row: a table of audience definitions as it came, which the checks and audience.members take.
CREATE MACRO audience.__definition_table(definitions) AS TABLE
WITH __given AS (
    -- One row per definition.
    SELECT name AS __name, definition AS __definition FROM query_table(definitions)
)
SELECT coalesce(list({'name': __name::VARCHAR, 'definition': __definition::VARCHAR} ORDER BY __name, __definition), [])
           AS __table
FROM __given;
