"""What the functions of `audience.spark` have in common: the columns of a DataFrame, what Spark moves and persists, and a DuckDB in
the driver. That of each of Spark's Python workers is in `_spark_worker`."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import audience
from audience._report import _text

try:
    import pyarrow as pa
    from pyspark import StorageLevel
    from pyspark.sql import Column, DataFrame
    from pyspark.sql import functions as F
    from pyspark.sql import types as T

    from audience._spark_worker import _reader
except ImportError as error:
    raise ImportError(f"audience.spark needs PySpark and pyarrow: pip install 'duckdb-audience[spark]' ({error})") from error

# What a column may be. A DOUBLE is no key, because two zeros are one number in two parts.
LABEL = (T.StringType, T.IntegralType, T.DecimalType, T.DateType, T.BinaryType)
KEY = (*LABEL, T.BooleanType)
KEYS = "text, a whole number, a DECIMAL, a date, binary or a boolean"
COLUMNS = {
    "customer_id": (KEY, KEYS),
    "order_date": ((T.DateType, T.TimestampType, T.TimestampNTZType, T.StringType), "a date, a timestamp or text"),
    "amount": ((T.NumericType, T.NullType), "a number"),
    "value": ((T.NumericType, T.NullType), "a number"),
    "peer_group": ((*KEY, T.NullType), KEYS),
    "product": ((*KEY, T.NullType), KEYS),
    "name": ((*KEY, T.NullType), KEYS),
    "target": ((T.BooleanType, T.NullType), "a condition"),
    "label": ((*LABEL, T.NullType), "text, a whole number, a DECIMAL, a date or binary"),
}
# What a column is that has no type of its own; the others are text.
UNTYPED = {"amount": "double", "value": "double", "target": "boolean"}
# What Spark calls DuckDB's types.
TYPES = {"varchar": "string", "integer": "int", "blob": "binary"}
# What Spark says where a worker cannot begin, and what it needs.
LACKING = ("Cannot run program", "No module named", "must be installed", "PYTHON_VERSION_MISMATCH")
NEEDED = "the driver's version of Python, which PYSPARK_PYTHON names, and in it the packages duckdb-audience, duckdb, pyarrow and pyspark"
# Whether Spark joins small partitions of what it persists.
JOINED = "spark.sql.optimizer.canChangeCachedPlanOutputPartitioning"
# Rows of DuckDB go from worker to worker as files in memory, each one value of one row, because Spark turns each value of a row of
# its own twice on the way. All rows of a file are of one part, or of one range of values.
PACKED = "value_range bigint, customers bigint, chunk binary"
# The kinds of files, which are made in `_spark_worker`.
STORED, SPLIT, VALUED = "stored", "split", "valued"


def _chosen(df: DataFrame, columns: dict[str, str | Column | None], filter: str | Column | None) -> DataFrame:
    """The columns that are given under their names, of the rows that count. Timestamps are days from here on."""
    if filter is not None:
        df = df.where(filter)
    chosen = {name: _column(df, given) for name, given in columns.items() if given is not None}
    rows = df.select(*[column.alias(name) for name, column in chosen.items()])
    for field in rows.schema.fields:
        kinds, said = COLUMNS[field.name]
        if not isinstance(field.dataType, kinds):
            raise TypeError(f"{field.name} must be {said}, got {field.dataType.simpleString()}")
    if isinstance(rows.schema["order_date"].dataType, (T.TimestampType, T.TimestampNTZType)):
        rows = rows.withColumn("order_date", F.col("order_date").cast("date"))
    for field in rows.schema.fields:
        if isinstance(field.dataType, T.NullType):
            rows = rows.withColumn(field.name, F.col(field.name).cast(UNTYPED.get(field.name, "string")))
    return rows.where("customer_id IS NOT NULL AND order_date IS NOT NULL")


def _column(df: DataFrame, given: str | Column) -> Column:
    if not isinstance(given, str):
        return given
    return F.col("`" + given.replace("`", "``") + "`") if given in df.columns else F.expr(given)


def _by(df: DataFrame, column: str, partitions: int | None) -> DataFrame:
    """All rows of a value in one partition. Where the number is left to Spark, it joins those that are small."""
    return df.repartition(column) if partitions is None else df.repartition(partitions, column)


def _ranges(df: DataFrame, partitions: int | None) -> int:
    """Into how many parts or ranges rows go at most."""
    return partitions or int(df.sparkSession.conf.get("spark.sql.shuffle.partitions") or 200)


def _split(df: DataFrame, partitions: int | None, memory_limit: str) -> DataFrame:
    """All rows of a customer in one partition, in files: Spark moves a few of them instead of many rows.

    Spark hashes the number of a part. The numbers are such that each goes to a partition of its own; were they not, partitions
    would only be less even."""
    count = _ranges(df, partitions)
    hashed = f"transform(sequence(0L, {16 * count}L), n -> pmod(hash(n), {count})) AS partitions"
    numbers = {partition: n for n, partition in enumerate(df.sparkSession.sql(f"SELECT {hashed}").collect()[0]["partitions"])}
    query = f"SELECT *, hash(customer_id) % {len(numbers)} AS value_range FROM part"
    return _by(_duckdb(df, query, PACKED, memory_limit, SPLIT, [*numbers.values()]), "value_range", partitions)


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
    """A type of DuckDB in Spark, where nearly all have the same names."""
    if kind.id == "struct":
        return f"struct<{', '.join(f'{name}: {_spark(child)}' for name, child in kind.children)}>"
    if kind.id == "list":
        return f"array<{_spark(kind.children[0][1])}>"
    return TYPES.get(kind.id, str(kind).lower())


def _computed(df: DataFrame) -> None:
    """All partitions at once, of what is persisted."""
    try:
        df.count()
    except Exception as error:
        lacking = re.search(rf"({'|'.join(LACKING)}).*", str(error))
        if lacking is None:
            raise
        raise RuntimeError(f"audience: every Python worker of Spark needs {NEEDED}: {lacking[0]}") from error


class _Driver:
    """A DuckDB in one place, with a folder of its own. It has the columns that Spark has as a table without a row, so that
    options are checked and columns are known before Spark does anything."""

    def __init__(self, rows: DataFrame, table: str) -> None:
        self.types = {field.name: field.dataType for field in rows.schema.fields}
        self.table = table

    def __enter__(self) -> Any:
        self.folder = tempfile.TemporaryDirectory(prefix="audience-")
        self.con = audience.connect(temp_directory=f"{self.folder.name}/spilled")
        self.con.execute("SET enable_progress_bar = false")
        columns = ", ".join(f"{name} {_named(kind)}" for name, kind in self.types.items())
        self.con.execute(f"CREATE TABLE {self.table} ({columns})")
        return self

    def __exit__(self, *error: object) -> None:
        self.con.close()
        self.folder.cleanup()

    def schema(self, query: str) -> str:
        """The columns of a result as Spark writes them; a column that Spark gave has the type that it gave. It has no row,
        but its options are looked at."""
        result = self.con.sql(query)
        result.fetchall()
        given = {name: kind.simpleString() for name, kind in self.types.items()}
        return ", ".join(f"{name} {given.get(name) or _spark(kind)}" for name, kind in zip(result.columns, result.types))

    def gather(self, packed: DataFrame, name: str, empty: str) -> None:
        """A view of all rows that are packed and persisted, and of those of a query over no rows, which may be all that there is.
        They come here a part at a time, when all parts have been made."""
        _computed(packed)
        files = Path(self.folder.name) / name
        files.mkdir()
        self.con.execute(f"COPY ({empty}) TO {_text(files / 'none.parquet')}")
        for number, row in enumerate(packed.select("chunk").toLocalIterator(prefetchPartitions=True)):
            (files / f"{number}.parquet").write_bytes(row["chunk"])
        self.con.execute(f"CREATE VIEW {name} AS FROM {_text(files / '*.parquet')}")

    def gather_once(self, packed: DataFrame, name: str, empty: str) -> None:
        """The same of what nobody else needs."""
        packed = _persisted(packed)
        try:
            self.gather(packed, name, empty)
        finally:
            packed.unpersist()

    def bounds(self, column: str, rows: str, ranges: int) -> pa.Table:
        """Ranges of values with about as many rows each: their upper bounds. The last one has none."""
        uppers = f"SELECT unnest(quantile_disc({column}, {self.shares(ranges)})) AS upper FROM {rows} UNION SELECT 'infinity'::DOUBLE"
        numbered = "SELECT upper, row_number() OVER (ORDER BY upper ASC) - 1 AS value_range"
        return _reader(self.con.sql(f"{numbered} FROM ({uppers}) WHERE upper IS NOT NULL ORDER BY upper ASC")).read_all()

    def shares(self, ranges: int) -> str:
        return f"{[number / ranges for number in range(1, ranges)]}::DOUBLE[]"


def _duckdb(
    df: DataFrame, query: str, schema: str, memory_limit: str, kind: str = STORED, ends: list[Any] | None = None, **tables: pa.Table
) -> DataFrame:
    """The query over each partition, which it calls part, and over small tables that all partitions have. It runs in workers
    that may not have this module. Where the schema is PACKED, the rows come as files of that kind."""
    needed = audience.__version__
    given = kind if schema == PACKED else None, ends, query, memory_limit, {name: _bytes(table) for name, table in tables.items()}

    # Spark sends it by value, because it is not known by a name.
    def run(batches):
        import audience._spark_worker as worker

        if worker.audience.__version__ != needed:
            raise RuntimeError(f"audience: a Python worker has duckdb-audience {worker.audience.__version__}, the driver {needed}")
        yield from worker._queried(batches, *given)

    return df.mapInArrow(run, schema)


def _bytes(table: pa.Table) -> bytes:
    file = pa.BufferOutputStream()
    with pa.ipc.new_stream(file, table.schema) as stream:
        stream.write_table(table)
    return file.getvalue().to_pybytes()
