"""Customers, lifecycle stages and RFM of a Spark DataFrame: DuckDB works in Spark's Python workers, one part of the customers
after the other. The rows are those of the SQL functions, bit for bit.

    >>> from audience.spark import customers
    >>> customers(spark.table("orders"), "customer_id", "order_date", "amount").write.saveAsTable("customers")
"""

from __future__ import annotations

import os
import re
import tempfile
from collections.abc import Iterator
from datetime import date
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import duckdb

import audience
from audience._parts import _arguments
from audience._report import _text

try:
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq
    from pyspark import StorageLevel
    from pyspark.sql import Column, DataFrame
    from pyspark.sql import functions as F
    from pyspark.sql import types as T
except ImportError as error:
    raise ImportError(f"audience.spark needs PySpark and pyarrow: pip install 'duckdb-audience[spark]' ({error})") from error

__all__ = ["customers", "lifecycle_stage", "rfm"]

# What a column may be. A DOUBLE is no key, because two zeros are one number in two parts.
KEY = (T.StringType, T.IntegralType, T.DecimalType, T.DateType, T.BinaryType, T.BooleanType)
COLUMNS = {
    "customer_id": (KEY, "text, a whole number, a DECIMAL, a date, binary or a boolean"),
    "order_date": ((T.DateType, T.TimestampType, T.TimestampNTZType, T.StringType), "a date, a timestamp or text"),
    "amount": ((T.NumericType, T.NullType), "a number"),
    "value": ((T.NumericType, T.NullType), "a number"),
    "peer_group": ((*KEY, T.NullType), "text, a whole number, a DECIMAL, a date, binary or a boolean"),
}
# What Spark calls DuckDB's types.
TYPES = {"varchar": "string", "integer": "int", "bigint": "bigint", "double": "double", "date": "date", "blob": "binary"}
# What Spark says where a worker cannot begin, and what it needs.
LACKING = ("Cannot run program", "No module named", "must be installed", "PYTHON_VERSION_MISMATCH")
NEEDED = "the driver's version of Python, which PYSPARK_PYTHON names, and in it the packages duckdb-audience, duckdb, pyarrow and pyspark"
# Whether Spark joins small partitions of what it persists.
JOINED = "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning"
# Histories go from worker to worker as Parquet files of so many rows at most, because Spark turns each value of a row of its
# own twice on the way. All rows of a file are of one range of values.
PACKED = "value_range bigint, customers bigint, chunk binary"
CHUNK = 250_000
# Of how many histories the ranges are made.
SAMPLE = 100_000

# A history goes to the range of its value. Those without a value have no rank, and are spread over ranges below 0.
VALUED = """
WITH histories AS MATERIALIZED (FROM part),
ranged AS (SELECT customer_id, value_range FROM {scored} ASOF LEFT JOIN bounds ON customer_value <= upper)
SELECT histories.*, coalesce(value_range, -1 - (hash(customer_id) % {ranges})::BIGINT) AS value_range
FROM histories JOIN ranged USING (customer_id)
ORDER BY value_range
"""
# All customers of a range are in one part, and how many are above it is known.
RANKED = """
SELECT scored.* REPLACE (CASE WHEN customer_value IS NOT NULL
                              THEN above + rank() OVER (PARTITION BY value_range ORDER BY customer_value DESC) END AS value_rank)
FROM {scored} AS scored ASOF LEFT JOIN bounds ON customer_value <= upper
"""


def customers(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column = "amount",
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    peer_group: str | Column | None = None,
    horizon_days: int | None = None,
    season: bool | None = None,
    just_ordered_days: int | None = None,
    lost_after_gaps: float | None = None,
    value_days: int | None = None,
    discount_rate: float | None = None,
    value: str | Column | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.customers`. Labels are text.

    The call reads the orders once, persists the histories of the customers and fits the shop on the driver. The rows are
    computed when they are asked for.

    Arguments:
        df: the orders, in Spark or Spark Connect.
        customer_id: a column, or an expression in Spark's SQL, as are order_date, amount, filter, peer_group and value.
            The day of a timestamp is that of Spark's session time zone.
        as_of: and the others as in SQL; what is not given has the default that it has there.
        partitions: in how many parts the customers are; Spark decides where it is not given. A part needs about half a
            kilobyte of memory a customer.
        memory_limit: of DuckDB in each Python worker. What does not fit goes to Spark's local directory.

    Returns:
        A DataFrame with the columns of `audience.customers`, in no order. It has two attributes more, which what is made
        of it does not have: `shop`, the thresholds as a dict, see `audience.shop`; and `histories`, the DataFrame that is
        persisted, which `histories.unpersist()` frees when the rows have been written.

    Raises:
        TypeError: a column has a type that it cannot have.
        duckdb.Error: what the SQL functions say of an option.
        pyspark.errors.PySparkException: what Spark says, and what the SQL functions say of a row in a worker.
    """
    chosen = {"customer_id": customer_id, "order_date": order_date, "amount": amount, "peer_group": peer_group, "value": value}
    orders = _orders(df, chosen, filter)
    fit = {"horizon_days": horizon_days, "season": season, "value_days": value_days, "discount_rate": discount_rate}
    stages = {"just_ordered_days": just_ordered_days, "lost_after_gaps": lost_after_gaps, "labels": "'text'"}

    def scored(histories: str) -> str:
        return f"audience.customers_of('{histories}', shop := (SELECT shop FROM given_shop){_arguments(stages)})"

    with _Driver(orders, as_of, fit) as driver:
        columns = driver.schema(f"FROM {scored('stored')}")
        histories = _persisted(driver.histories(_by(orders, "customer_id", partitions), memory_limit))
        try:
            shop = driver.shop(histories)
            ranges = partitions or int(df.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)
            bounds = driver.bounds(scored("sample"), ranges)
            query = VALUED.format(scored=scored("histories"), ranges=ranges)
            valued = _persisted(_duckdb(histories, query, PACKED, memory_limit, given_shop=shop, bounds=bounds))
            counted = valued.groupBy("value_range").agg(F.sum("customers").alias("customers")).collect()
            counts = {row["value_range"]: row["customers"] for row in counted}
        finally:
            # All of it has been read by now. Where a worker is lost, it is made again of the orders.
            histories.unpersist()
    downwards = [counts.get(number, 0) for number in reversed(range(len(bounds)))]
    bounds = bounds.append_column("above", pa.array([0, *accumulate(downwards)][-2::-1], pa.int64()))
    out = _duckdb(_by(valued, "value_range", partitions), RANKED.format(scored=scored("part")), columns, memory_limit,
                  given_shop=shop, bounds=bounds)  # fmt: skip
    return _with(out, shop, valued)


def lifecycle_stage(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column | None = None,
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    horizon_days: int | None = None,
    season: bool | None = None,
    just_ordered_days: int | None = None,
    lost_after_gaps: float | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.lifecycle_stage`, as `customers` gives those of `audience.customers`.

    There is no peer_group, because a part of the customers does not know the gaps of the groups; `customers` has it. What
    is persisted as `histories` are the orders here, with the columns above.
    """
    orders = _orders(df, {"customer_id": customer_id, "order_date": order_date, "amount": amount}, filter)
    fit = {"horizon_days": horizon_days, "season": season}
    # A shop without an order has no day, but a model needs one.
    known = "as_of := (SELECT coalesce(shop.as_of, current_date) FROM given_shop), model := (SELECT shop.model FROM given_shop)"
    stages = _arguments(fit | {"just_ordered_days": just_ordered_days, "lost_after_gaps": lost_after_gaps, "labels": "'text'"})

    def staged(rows: str) -> str:
        return f"FROM audience.lifecycle_stage('{rows}', customer_id, order_date, amount := amount, {known}{stages})"

    with _Driver(orders, as_of, fit) as driver:
        columns = driver.schema(staged("orders"))
        parts = _persisted(_by(orders, "customer_id", partitions))
        try:
            shop = driver.shop(driver.histories(parts, memory_limit))
        except BaseException:
            parts.unpersist()
            raise
    return _with(_duckdb(parts, staged("part"), columns, memory_limit, given_shop=shop), shop, parts)


def rfm(
    df: DataFrame,
    customer_id: str | Column = "customer_id",
    order_date: str | Column = "order_date",
    amount: str | Column = "amount",
    *,
    as_of: date | str | None = None,
    filter: str | Column | None = None,
    bins: int | None = None,
    partitions: int | None = None,
    memory_limit: str = "1GB",
) -> DataFrame:
    """The rows of the SQL function `audience.rfm`, as `customers` gives those of `audience.customers`."""
    orders = _orders(df, {"customer_id": customer_id, "order_date": order_date, "amount": amount}, filter)

    def scored(histories: str) -> str:
        return f"FROM audience.rfm_of('{histories}', shop := (SELECT shop FROM given_shop), labels := 'text')"

    with _Driver(orders, as_of, {"rfm_bins": bins}) as driver:
        columns = driver.schema(scored("stored"))
        histories = _persisted(driver.histories(_by(orders, "customer_id", partitions), memory_limit))
        try:
            shop = driver.shop(histories)
        except BaseException:
            histories.unpersist()
            raise
    return _with(_duckdb(histories, scored("part"), columns, memory_limit, given_shop=shop), shop, histories)


class _Driver:
    """What happens in one place: the shop of all histories, in a DuckDB with a folder of its own. It begins without an order,
    so that options are checked and columns are known before Spark does anything."""

    def __init__(self, orders: DataFrame, as_of: date | str | None, fit: dict[str, object]) -> None:
        # The same day for all parts, also around midnight.
        today = orders.sparkSession.sql("SELECT current_date() AS today").collect()[0]["today"]
        rows, group = "FROM", ", peer_group := peer_group"
        if "peer_group" not in orders.columns:
            rows, group = "SELECT * REPLACE (NULL::INTEGER AS peer_group) FROM", ""
        value = ", value := value" if "value" in orders.columns else ""
        given = f"customer_id, order_date, amount, as_of := {_text(as_of or today)}{group}{value}"
        self.begin, self.end = f"{rows} audience.histories('", f"', {given})"
        self.fit = _arguments(fit | {"as_of": _text(as_of)})
        self.types = {field.name: field.dataType for field in orders.schema.fields}

    def __enter__(self) -> _Driver:
        self.folder = tempfile.TemporaryDirectory(prefix="audience-")
        self.con = audience.connect(temp_directory=f"{self.folder.name}/spilled")
        self.con.execute("SET enable_progress_bar = false")
        columns = ", ".join(f"{name} {_named(kind)}" for name, kind in self.types.items())
        self.con.execute(f"CREATE TABLE orders ({columns})")
        self.con.execute(f"CREATE TABLE stored AS {self.begin}orders{self.end}")
        self.con.execute(f"CREATE TABLE given_shop AS FROM audience.shop('stored'{self.fit})")
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()
        self.folder.cleanup()

    def schema(self, query: str) -> str:
        """The columns of a result as Spark writes them; the customer and the group have the types that Spark gave them. It
        has no row, but its options are looked at."""
        result = self.con.sql(query)
        result.fetchall()
        given = {name: kind.simpleString() for name, kind in self.types.items()}
        return ", ".join(f"{name} {given.get(name) or _spark(kind)}" for name, kind in zip(result.columns, result.types))

    def histories(self, parts: DataFrame, memory_limit: str) -> DataFrame:
        return _duckdb(parts, f"SELECT *, 0::BIGINT AS value_range FROM ({self.begin}part{self.end})", PACKED, memory_limit)

    def shop(self, histories: DataFrame) -> pa.Table:
        """One row, of all histories. They come here a part at a time, when all parts have been made."""
        try:
            histories.count()
        except Exception as error:
            lacking = re.search(rf"({'|'.join(LACKING)}).*", str(error))
            if lacking is None:
                raise
            raise RuntimeError(f"audience: every Python worker of Spark needs {NEEDED}: {lacking[0]}") from error
        files = Path(self.folder.name)
        self.con.execute(f"COPY stored TO {_text(files / 'none.parquet')}")
        for number, row in enumerate(histories.select("chunk").toLocalIterator(prefetchPartitions=True)):
            (files / f"{number}.parquet").write_bytes(row["chunk"])
        self.con.execute(f"DROP TABLE stored; CREATE VIEW stored AS FROM {_text(files / '*.parquet')}")
        self.con.execute(f"CREATE OR REPLACE TABLE given_shop AS FROM audience.shop('stored'{self.fit})")
        return _reader(self.con.sql("FROM given_shop")).read_all()

    def bounds(self, scored: str, ranges: int) -> pa.Table:
        """Ranges of values with about as many customers each: their upper bounds. The last one has none."""
        self.con.execute(f"CREATE TABLE sample AS FROM stored USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (1)")
        shares = [number / ranges for number in range(1, ranges)]
        uppers = f"SELECT unnest(quantile_disc(customer_value, {shares}::DOUBLE[])) AS upper FROM {scored} UNION SELECT 'infinity'::DOUBLE"
        numbered = "SELECT upper, row_number() OVER (ORDER BY upper) - 1 AS value_range"
        return _reader(self.con.sql(f"{numbered} FROM ({uppers}) WHERE upper IS NOT NULL ORDER BY upper")).read_all()


def _orders(df: DataFrame, columns: dict[str, str | Column | None], filter: str | Column | None) -> DataFrame:
    """The columns under their names, of the rows that count. Timestamps are days from here on."""
    if filter is not None:
        df = df.where(filter)
    chosen = {name: _column(df, given) for name, given in columns.items() if given is not None or name == "amount"}
    orders = df.select(*[column.alias(name) for name, column in chosen.items()])
    for field in orders.schema.fields:
        kinds, said = COLUMNS[field.name]
        if not isinstance(field.dataType, kinds):
            raise TypeError(f"{field.name} must be {said}, got {field.dataType.simpleString()}")
    if isinstance(orders.schema["order_date"].dataType, (T.TimestampType, T.TimestampNTZType)):
        orders = orders.withColumn("order_date", F.col("order_date").cast("date"))
    for field in orders.schema.fields:
        if isinstance(field.dataType, T.NullType):
            orders = orders.withColumn(field.name, F.col(field.name).cast("double" if field.name in ("amount", "value") else "string"))
    return orders.where("customer_id IS NOT NULL AND order_date IS NOT NULL")


def _column(df: DataFrame, given: str | Column | None) -> Column:
    if given is None:
        return F.lit(None)
    if not isinstance(given, str):
        return given
    return F.col("`" + given.replace("`", "``") + "`") if given in df.columns else F.expr(given)


def _by(df: DataFrame, column: str, partitions: int | None) -> DataFrame:
    """All rows of a value in one partition. Where the number is left to Spark, it joins those that are small."""
    return df.repartition(column) if partitions is None else df.repartition(partitions, column)


def _persisted(df: DataFrame) -> DataFrame:
    """What is persisted keeps the number of its partitions, also where most are nearly empty, unless Spark is told that
    nothing relies on it. A plan is made here, so the session is as it was afterwards."""
    conf = df.sparkSession.conf
    before = conf.get(JOINED)
    conf.set(JOINED, "true")
    try:
        return df.persist(StorageLevel.MEMORY_AND_DISK)
    finally:
        conf.set(JOINED, before)


def _named(kind: T.DataType) -> str:
    """A type of Spark in DuckDB, where nearly all have the same names; a collation is Spark's alone."""
    return "varchar" if isinstance(kind, T.StringType) else kind.simpleString()


def _spark(kind: Any) -> str:
    """A type of DuckDB in Spark."""
    if kind.id == "struct":
        return f"struct<{', '.join(f'{name}: {_spark(child)}' for name, child in kind.children)}>"
    return TYPES[kind.id]


def _with(out: DataFrame, shop: pa.Table, histories: DataFrame) -> DataFrame:
    out.shop, out.histories = shop["shop"][0].as_py(), histories  # type: ignore[attr-defined]
    return out


def _duckdb(df: DataFrame, query: str, schema: str, memory_limit: str, **tables: pa.Table) -> DataFrame:
    """The query over each partition, which it calls part, and over small tables that all partitions have. It runs in workers
    that may not have this module."""
    needed = audience.__version__
    given = schema == PACKED, query, memory_limit, {name: _bytes(table) for name, table in tables.items()}

    # Spark sends it by value, because it is not known by a name.
    def run(batches):
        import audience.spark as worker

        if worker.audience.__version__ != needed:
            raise RuntimeError(f"audience: a Python worker has duckdb-audience {worker.audience.__version__}, the driver {needed}")
        yield from worker._queried(batches, *given)

    return df.mapInArrow(run, schema)


# What follows runs in the workers. A process has one DuckDB, which does one task after the other.
held: list[duckdb.DuckDBPyConnection] = []


def _queried(
    batches: Iterator[pa.RecordBatch], is_packed: bool, query: str, memory_limit: str, tables: dict[str, bytes]
) -> Iterator[pa.RecordBatch]:
    batches = _unpacked(batches)
    first = next(batches, None)
    if first is None:
        return
    if not held:
        place = os.environ.get("SPARK_LOCAL_DIRS", "").split(",")[0] or tempfile.gettempdir()
        held.append(audience.connect(threads=1, temp_directory=f"{place}/audience-{os.getpid()}", autoinstall_known_extensions=False))
    # Spark may not want all rows, so that the next task needs another connection.
    con = held[0].cursor()
    try:
        con.execute(f"SET memory_limit = {_text(memory_limit)}; SET enable_progress_bar = false")
        for name, table in tables.items():
            con.register(name, pa.ipc.open_stream(table).read_all())
        con.register("part", pa.RecordBatchReader.from_batches(first.schema, chain([first], batches)))
        rows = _reader(con.sql(query))
        yield from _packed(rows.read_all()) if is_packed else rows
    finally:
        con.close()


def _packed(table: pa.Table) -> Iterator[pa.RecordBatch]:
    """Rows that stand together by value_range, as Parquet files in memory."""
    ranges = pc.run_end_encode(table["value_range"].combine_chunks(), run_end_type=pa.int64())
    ends = ranges.run_ends.to_pylist()
    for value_range, begin, end in zip(ranges.values, [0, *ends], ends):
        for place in range(begin, end, CHUNK):
            rows = table.slice(place, min(CHUNK, end - place))
            file = pa.BufferOutputStream()
            pq.write_table(rows.drop_columns("value_range"), file, compression="zstd")
            packed = {"value_range": value_range.as_py(), "customers": rows.num_rows, "chunk": file.getvalue().to_pybytes()}
            yield pa.RecordBatch.from_pylist([packed])


def _unpacked(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if "chunk" not in batch.schema.names:
            yield batch
            continue
        for chunk in batch["chunk"]:
            yield from pq.ParquetFile(pa.BufferReader(chunk.as_buffer())).iter_batches()


def _reader(result: duckdb.DuckDBPyRelation) -> pa.RecordBatchReader:
    """The rows as they come; DuckDB 1.4 calls it otherwise."""
    return (result.to_arrow_reader if hasattr(result, "to_arrow_reader") else result.fetch_arrow_reader)(10_000)


def _bytes(table: pa.Table) -> bytes:
    file = pa.BufferOutputStream()
    with pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    return file.getvalue().to_pybytes()
