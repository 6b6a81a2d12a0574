-- The day that holds a moment of any type that casts to DATE. The cast rounds TIMESTAMP_NS to microseconds first: from
-- DuckDB 2.0 on to the nearest, so that the last of a day falls on the next; before, towards 1970. For all other types
-- the CASE is folded.
CREATE MACRO audience.__day(moment) AS
CASE WHEN typeof(moment) <> 'TIMESTAMP_NS' THEN moment::DATE
     WHEN moment::DATE > moment::TIMESTAMP_NS THEN moment::DATE - 1
     ELSE moment::DATE END;
