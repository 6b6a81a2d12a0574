-- DuckDB's memory_limit in bytes; NULL where its text is not understood, which nothing exceeds.
CREATE MACRO audience.__memory_limit() AS
try_cast(split_part(current_setting('memory_limit'), ' ', 1) AS DOUBLE)
* CASE split_part(current_setting('memory_limit'), ' ', 2)
      WHEN 'bytes' THEN 1
      WHEN 'KiB' THEN 1024
      WHEN 'MiB' THEN 1024 ** 2
      WHEN 'GiB' THEN 1024 ** 3
      WHEN 'TiB' THEN 1024 ** 4
      WHEN 'PiB' THEN 1024 ** 5
  END;
