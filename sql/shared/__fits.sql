-- Whether `bytes` of the extension's own memory, which DuckDB neither counts nor spills, are less than half of
-- memory_limit; an error if not. `advice` begins with the argument that makes it less.
CREATE MACRO audience.__fits(caller, bytes, holding, advice) AS
CASE WHEN bytes > audience.__memory_limit() / 2
     THEN audience.__refused(caller, concat(advice, ', or raise memory_limit: ', holding, ' need about ',
                                            format_bytes(bytes::BIGINT), ' at once, more than half of memory_limit (',
                                            current_setting('memory_limit'), ')'))
     ELSE true
END;
