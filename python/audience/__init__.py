"""`audience`, a DuckDB extension for customer segmentation and marketing audiences, as a Python package.

    >>> import audience
    >>> con = audience.connect()
    >>> con.sql("FROM audience.customers('orders', customer_id, order_date, amount)")

The package holds one file, which DuckDB loads from 1.4 on.
"""

from __future__ import annotations

import os
from importlib.metadata import version
from pathlib import Path
from typing import Any

import duckdb

from audience._parts import customers_in_parts
from audience._report import Report, catalog, report

__all__ = ["Report", "connect", "customers_in_parts", "extension_path", "get_extension_load_path", "load", "report"]
__version__ = version("duckdb-audience")


def extension_path() -> Path:
    """The extension's file in this package, for tools that load it themselves.

    Returns:
        An absolute path. In SQL: `LOAD '<path>'`, on a connection that allows unsigned extensions.
    """
    return Path(__file__).resolve().with_name("audience.duckdb_extension")


def get_extension_load_path() -> str:
    """`extension_path` under the name and with the type that DuckDB's own extension packages give it."""
    return str(extension_path())


def connect(
    path: str | os.PathLike[str] = ":memory:",
    *,
    prefix: bool = True,
    read_only: bool = False,
    config: dict[str, Any] | None = None,
    **settings: Any,
) -> duckdb.DuckDBPyConnection:
    """Opens a database with the extension loaded.

    Arguments:
        path: a DuckDB file, which is made where it is missing, or `:memory:`.
        prefix: False also makes `FROM customers(…)` work without `audience.` before the name, by DuckDB's search path
            (`load` says how far that reaches).
        read_only: as in `duckdb.connect`.
        config: settings of DuckDB, as in `duckdb.connect`.
        settings: the same by name, such as `threads=2`; they win over `config`.

    Returns:
        A connection of DuckDB, which is closed like any other. It allows unsigned extensions, which this one is.

    Raises:
        duckdb.Error: what DuckDB says of a file that it cannot open, or of a setting that it does not know.
        PermissionError: `allow_unsigned_extensions` was given, and is false.
    """
    merged = {"allow_unsigned_extensions": True, **(config or {}), **settings}
    con = duckdb.connect(os.fspath(path), read_only=read_only, config=merged)
    try:
        return load(con, prefix=prefix)
    except BaseException:
        con.close()
        raise


def load(con: duckdb.DuckDBPyConnection, *, prefix: bool = True) -> duckdb.DuckDBPyConnection:
    """Loads the extension into an open connection, and so into all connections to the same database.

    A second call changes nothing. A read-only database is no obstacle, since nothing is written to it.

    Arguments:
        con: a connection that was opened with `config={"allow_unsigned_extensions": True}`.
        prefix: False puts the extension behind the current schema on the search path of this connection, so that
            `FROM customers(…)` works. A `con.cursor()` begins without it, and `USE` ends it.

    Returns:
        `con`.

    Raises:
        PermissionError: the connection does not allow unsigned extensions.
        duckdb.Error: what else DuckDB says, such as of a platform that the file was not built for.
    """
    try:
        con.execute(f"LOAD {_quoted(get_extension_load_path(), chr(39))}")
    except duckdb.IOException as error:
        if _fetch(con, "current_setting('allow_unsigned_extensions')"):
            raise
        raise PermissionError(
            "this connection does not allow unsigned extensions, which DuckDB fixes when it opens a database: open it "
            "with audience.connect(path) or duckdb.connect(path, config={'allow_unsigned_extensions': True})"
        ) from error
    if not prefix:
        _search(con)
    return con


def _search(con: duckdb.DuckDBPyConnection) -> None:
    database, schema = (_quoted(_fetch(con, name), '"') for name in ("current_database()", "current_schema()"))
    con.execute(f"SET search_path = {_quoted(f'{database}.{schema},{catalog(con)}.main', chr(39))}")


def _fetch(con: duckdb.DuckDBPyConnection, expression: str) -> Any:
    return con.execute(f"SELECT {expression}").fetchall()[0][0]


def _quoted(text: str, quote: str) -> str:
    return quote + text.replace(quote, quote * 2) + quote
