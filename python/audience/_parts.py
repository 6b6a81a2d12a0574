"""More orders than one machine holds: what `audience.customers_in_parts` does."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import duckdb

from audience._report import _named, _text, catalog


def customers_in_parts(
    con: duckdb.DuckDBPyConnection,
    orders: object,
    customer_id: str = "customer_id",
    order_date: str = "order_date",
    amount: str = "amount",
    *,
    folder: str | os.PathLike[str],
    parts: int,
    as_of: date | str | None = None,
    filter: str | None = None,
    peer_group: str | None = None,
    horizon_days: int | None = None,
    season: bool | None = None,
    just_ordered_days: int | None = None,
    lost_after_gaps: float | None = None,
    value_days: int | None = None,
    discount_rate: float | None = None,
    value: str | None = None,
    progress: bool = True,
) -> duckdb.DuckDBPyRelation:
    """The rows of the SQL function `audience.customers`, computed one part of the customers after the other.

    The orders are read once and split by customer into Parquet files. Then one part at a time is in memory. What is
    finished stays in the folder, so a call that was interrupted goes on where it was when it is made again.

    Arguments:
        con: a connection that the extension is loaded into.
        orders: the name of a table, view or file, as in SQL; or a data frame of pandas, polars or Arrow.
        customer_id: an expression over its columns, in SQL, as are order_date, amount, filter, peer_group and
            value.
        folder: where the files are written, with room for the columns above of all orders. It is made where it is
            missing, and belongs to one call: for other orders or options take another one.
        parts: how many parts, 1 to 10,000. A part needs about half a kilobyte of memory a customer.
        as_of: and the others as in SQL; what is not given has the default that it has there.
        progress: whether a terminal shows how far it is.

    Returns:
        A relation with the columns of `audience.customers`, over `customers_*.parquet` in the folder. Labels are text.

    Raises:
        ValueError: parts is out of range, no order is left by filter, or the folder holds the files of another call.
        duckdb.Error: what the SQL functions say.
    """
    if not isinstance(parts, int) or not 1 <= parts <= 10_000:
        raise ValueError(f"parts must be a whole number from 1 to 10000, got {parts!r}")
    files = Path(folder)
    files.mkdir(parents=True, exist_ok=True)
    options = {
        "horizon_days": horizon_days,
        "season": season,
        "value_days": value_days,
        "discount_rate": discount_rate,
        "as_of": _text(as_of),
    }
    stages = {"just_ordered_days": just_ordered_days, "lost_after_gaps": lost_after_gaps}
    with _named(con, orders) as name:
        source = [name, customer_id, order_date, amount, filter, peer_group, value, parts]
        _claim(files / "call.json", {"version": version("duckdb-audience"), "source": source, "options": options | stages})
        columns = f"({customer_id}) AS customer_id, ({order_date}) AS order_date, ({amount}) AS amount, ({peer_group or 'NULL'}) AS peer_group, ({value or 'NULL'}) AS value"
        part = f"hash(({customer_id})) % {parts} AS part"
        rows = f"SELECT {columns}, {part} FROM query_table({_text(name)}) WHERE ({filter or 'true'})"
        day = _arguments({"as_of": options["as_of"], "peer_group": "peer_group" if peer_group else None, "value": "value" if value else None})
        try:
            macros, shop = catalog(con), files / "shop.parquet"
            if not shop.exists():
                _split(con, rows, day, files, progress)
                _write(con, f"FROM {macros}.shop({_text(files / 'histories_*.parquet')}{_arguments(options)})", shop)
        except (duckdb.Error, ValueError):
            # A mistake in the call: the folder is free for the right one.
            if not list(files.glob("histories_*.parquet")):
                shutil.rmtree(files / "orders", ignore_errors=True)
                (files / "call.json").unlink()
            raise
    shutil.rmtree(files / "orders", ignore_errors=True)
    histories = sorted(files.glob("histories_*.parquet"))
    for history in _shown("customers", histories, progress):
        given = f"{_text(history)}, shop := (SELECT shop FROM {_text(shop)}){_arguments(stages)}"
        _write(con, f"FROM {macros}.customers_of({given})", files / history.name.replace("histories", "customers"))
    rank = "CASE WHEN customer_value IS NOT NULL THEN rank() OVER (ORDER BY customer_value DESC NULLS LAST) END AS value_rank"
    return con.sql(f"SELECT * REPLACE ({rank}) FROM {_text(files / 'customers_*.parquet')}")


def _split(con: duckdb.DuckDBPyConnection, rows: str, day: str, files: Path, progress: bool) -> None:
    """The orders in parts, and the histories of each."""
    split = files / "orders"
    _write(con, rows, split, "FORMAT parquet, PARTITION_BY (part)")
    found = sorted(int(part.name.removeprefix("part=")) for part in split.glob("part=*"))
    if not found:
        raise ValueError("filter must leave an order")
    for part in _shown("histories", found, progress):
        given = f"{_text(split / f'part={part}' / '*.parquet')}, customer_id, order_date, amount{day}"
        _write(con, f"FROM {catalog(con)}.histories({given})", files / f"histories_{part}.parquet")


def _claim(file: Path, call: dict[str, object]) -> None:
    """Writes down which call the folder belongs to."""
    if not file.exists():
        unfinished = file.with_name(f"unfinished-{file.name}")
        unfinished.write_text(json.dumps(call, indent=1, default=str))
        unfinished.rename(file)
    elif (held := json.loads(file.read_text())) != json.loads(json.dumps(call, default=str)):
        raise ValueError(f"folder must be empty or hold the files of the same call, but {file} is of another one: {json.dumps(held)}")


def _write(con: duckdb.DuckDBPyConnection, query: str, file: Path, options: str = "FORMAT parquet") -> None:
    """A file, or a folder of files, that is there once it is complete. What is there is not written again."""
    if file.exists():
        return
    unfinished = file.with_name(f"unfinished-{file.name}")
    shutil.rmtree(unfinished, ignore_errors=True)
    unfinished.unlink(missing_ok=True)
    con.execute(f"COPY ({query}) TO {_text(unfinished)} ({options})")
    # A relation without a row has no partition, and so no folder.
    unfinished.rename(file) if unfinished.exists() else file.mkdir()


def _arguments(options: dict[str, object]) -> str:
    return "".join(f", {name} := {value}" for name, value in options.items() if value is not None)


def _shown(what: str, items: list, progress: bool) -> Iterator:
    """The items, with a bar on a terminal."""
    is_shown = progress and sys.stderr.isatty()
    for done, item in enumerate(items):
        if is_shown:
            bar = "█" * (30 * done // len(items))
            print(f"\r{what:<9} {bar:░<30} {done:>5} of {len(items)}", end="", file=sys.stderr, flush=True)
        yield item
    if is_shown:
        print(f"\r{what:<9} {'█' * 30} {len(items):>5} of {len(items)}", file=sys.stderr)
