"""What a GROUP BY of DuckDB keeps in memory that it cannot write to disk, without this extension: since DuckDB 1.5 some
bytes for each row where the key is text, next to nothing where it is a whole number (docs/design.md, "What a
GROUP BY cannot write to disk"). MB under the tag ALLOCATOR, at even distances over the query:

    python benches/duckdb_group_memory.py [rows in millions]
"""

import sys
import threading

import duckdb

ROWS = 10**6 * (int(sys.argv[1]) if len(sys.argv) > 1 else 30)
KEPT = "SELECT memory_usage_bytes FROM duckdb_memory() WHERE tag = 'ALLOCATOR'"
GROUPED = f"""
SELECT count(*)
FROM (SELECT count(*) FROM (SELECT i * 7919 % {ROWS // 3} AS whole, whole::VARCHAR AS text FROM range({ROWS}) t(i))
      GROUP BY KEY)
"""


def kept(key: str) -> list[int]:
    """What is kept, every tenth of a second; the limit is 10 bytes a row."""
    con = duckdb.connect(config={"memory_limit": f"{ROWS // 10**5}MB", "threads": 1})
    grouped = threading.Thread(target=con.execute, args=[GROUPED.replace("KEY", key)])
    watch, readings = con.cursor(), []
    grouped.start()
    while grouped.is_alive():
        readings += watch.execute(KEPT).fetchall()[0]
        grouped.join(0.1)
    return readings


for key in ("whole", "text"):
    readings = kept(key)
    print(duckdb.__version__, key, *(reading // 10**6 for reading in readings[:: max(1, len(readings) // 10)]), flush=True)
