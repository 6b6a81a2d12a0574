"""What every test shares, also those that run in a process of their own."""

import os
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = Path(os.environ.get("AUDIENCE_EXTENSION", ROOT / "build/release/audience.duckdb_extension"))


# A COPY to a CSV file whose query fails may wait for itself forever in DuckDB 2.0.0, without any extension too: the thread that ends it waits
# for the writing thread, which waits for a lock. Without writing threads it ends.
WRITING_THREADS = "SET async_threads = 0" if duckdb.__version__ >= "2" else ""


def wheel() -> Path:
    """The Python package. Unpacked into a folder on Python's path, it is as good as installed."""
    wheels = sorted((ROOT / "build/wheel").glob("*.whl"))
    assert len(wheels) == 1, f"build/wheel holds {len(wheels)} wheels: run `make wheel`"
    return wheels[0]


def open_database(database: str | Path = ":memory:", **options) -> duckdb.DuckDBPyConnection:
    """A connection that may load the extension but has not."""
    return duckdb.connect(str(database), config={"allow_unsigned_extensions": True}, **options)


def load(con: duckdb.DuckDBPyConnection, extension: Path = EXTENSION) -> None:
    con.execute(f"LOAD '{extension}'")


def connect(database: str | Path = ":memory:", **options) -> duckdb.DuckDBPyConnection:
    con = open_database(database, **options)
    load(con)
    return con


def make_orders(con: duckdb.DuckDBPyConnection, customers: int, name: str = "orders", orders: int = 12) -> None:
    """1 to `orders` orders per customer in 2023 and 2024, the same on every version."""
    con.execute(f"""
        CREATE OR REPLACE TABLE {name} AS
        SELECT c AS customer_id,
               DATE '2023-01-01' + ((c * 7919 + k * (13 + c % 61)) % 730)::INTEGER AS order_date,
               (100 + (c * 31 + k * 17) % 9000) / 100.0 AS amount
        FROM range(1, {customers} + 1) customers(c), range(0, {orders}) orders(k)
        WHERE k <= c % {orders}""")


def resident_megabytes() -> float:
    """Memory this process holds now (Linux only)."""
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20
