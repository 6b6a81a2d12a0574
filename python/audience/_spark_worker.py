"""What `audience.spark` runs in Spark's Python workers. A process has one DuckDB, which does one task after the other."""

from __future__ import annotations

import os
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import chain
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

import audience
from audience._report import _text

# About how many bytes of rows are in memory at once.
BYTES = 32_000_000

held: list[duckdb.DuckDBPyConnection] = []


def _queried(
    batches: Iterator[pa.RecordBatch],
    kind: str | None,
    ends: list[Any] | None,
    query: str,
    memory_limit: str,
    tables: dict[str, bytes],
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
        yield from KINDS[kind](rows, ends) if kind else rows
    finally:
        con.close()


def _stored(rows: pa.RecordBatchReader, _: object) -> Iterator[pa.RecordBatch]:
    """Rows that stand together by value_range, as Parquet files, which the driver can read."""
    for table in _tables(rows):
        yield _packed(table, *_runs(table), _parquet)


def _split(rows: pa.RecordBatchReader, numbers: list[int]) -> Iterator[pa.RecordBatch]:
    """Rows in any order, each to the part of which value_range is the place in the list."""
    for table in _tables(rows):
        table = table.take(pc.array_sort_indices(table["value_range"]))
        places, ends = _runs(table)
        yield _packed(table, [numbers[place] for place in places], ends, _moved)


def _valued(rows: pa.RecordBatchReader, uppers: list[float]) -> Iterator[pa.RecordBatch]:
    """Rows in any order, each to the range of its value. Those without a value have no rank: they are spread over ranges below 0."""
    for table in _tables(rows):
        table = table.take(pc.sort_indices(table["customer_value"]))
        known = len(table) - table["customer_value"].null_count
        values = table["customer_value"][:known].to_pylist()
        ends = [bisect_right(values, upper) for upper in uppers]
        ends += [known + (len(table) - known) * place // len(uppers) for place in range(1, len(uppers) + 1)]
        yield _packed(table, [*range(len(uppers)), *range(-1, -1 - len(uppers), -1)], ends, _kept)


KINDS = {"stored": _stored, "split": _split, "valued": _valued}


def _tables(rows: pa.RecordBatchReader) -> Iterator[pa.Table]:
    """The rows in tables, so that never all are in memory."""
    batches, size = [], 0
    for batch in rows:
        batches.append(batch)
        size += batch.nbytes
        if size >= BYTES:
            yield pa.Table.from_batches(batches).combine_chunks()
            batches, size = [], 0
    if size:
        yield pa.Table.from_batches(batches).combine_chunks()


def _runs(table: pa.Table) -> tuple[list[int], list[int]]:
    """The values of value_range that follow each other, and where each ends."""
    runs = pc.run_end_encode(table["value_range"].combine_chunks(), run_end_type=pa.int64())
    return runs.values.to_pylist(), runs.run_ends.to_pylist()


def _packed(table: pa.Table, ranges: list[int], ends: list[int], written: Callable[[pa.Table], pa.Buffer]) -> pa.RecordBatch:
    """A file of the rows up to each end."""
    if "value_range" in table.column_names:
        table = table.drop_columns("value_range")
    spans = [span for span in zip(ranges, [0, *ends], ends) if span[1] < span[2]]
    chunks = [written(table.slice(begin, end - begin)).to_pybytes() for _, begin, end in spans]
    counts = [end - begin for _, begin, end in spans]
    packed = {"value_range": [number for number, *_ in spans], "customers": counts, "chunk": pa.array(chunks, pa.binary())}
    return pa.RecordBatch.from_pydict(packed)


def _parquet(table: pa.Table) -> pa.Buffer:
    """Few values come twice, so that dictionaries and statistics would cost more than all of the rest."""
    file = pa.BufferOutputStream()
    pq.write_table(table, file, compression="zstd", use_dictionary=False, write_statistics=False)
    return file.getvalue()


def _arrow(table: pa.Table, compression: str) -> pa.Buffer:
    """Cheaper than Parquet, most of all where files are small."""
    file = pa.BufferOutputStream()
    with pa.ipc.new_stream(file, table.schema, options=pa.ipc.IpcWriteOptions(compression=compression)) as stream:
        stream.write_table(table)
    return file.getvalue()


def _moved(table: pa.Table) -> pa.Buffer:
    return _arrow(table, "lz4")


def _kept(table: pa.Table) -> pa.Buffer:
    return _arrow(table, "zstd")


def _unpacked(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    for batch in batches:
        if "chunk" not in batch.schema.names:
            yield batch
            continue
        for chunk in batch["chunk"]:
            file = chunk.as_buffer()
            if file[:4].to_pybytes() == b"PAR1":
                yield from pq.ParquetFile(pa.BufferReader(file)).iter_batches()
            else:
                yield from pa.ipc.open_stream(file)


def _reader(result: duckdb.DuckDBPyRelation) -> pa.RecordBatchReader:
    """The rows as they come; DuckDB 1.4 calls it otherwise."""
    return (result.to_arrow_reader if hasattr(result, "to_arrow_reader") else result.fetch_arrow_reader)(10_000)
