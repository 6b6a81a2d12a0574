"""The overview page in Python: what `audience.report` gives."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from html import escape
from pathlib import Path

import duckdb

# What a data frame is called while its page is made.
FRAME = "orders_of_a_data_frame"


class Report:
    """An overview page: shown as it is in a notebook, and saved as one file for everybody else."""

    def __init__(self, html: str) -> None:
        self.html = html

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the page, and returns where to."""
        file = Path(path)
        file.write_bytes(self.html.encode())
        return file

    def _repr_html_(self) -> str:
        # A page of its own within the notebook, so that neither changes what the other looks like.
        style = "width: 100%; height: 800px; border: 0"
        return f'<iframe title="Overview" sandbox srcdoc="{escape(self.html)}" style="{style}"></iframe>'

    def __repr__(self) -> str:
        return f"<audience.Report, {len(self.html):,} characters: save(path) writes it>"


def report(
    con: duckdb.DuckDBPyConnection,
    orders: object,
    customer_id: str = "customer_id",
    order_date: str = "order_date",
    amount: str = "amount",
    *,
    title: str | None = None,
    currency: str | None = None,
    as_of: date | str | None = None,
    filter: str | None = None,
    customers: int | None = None,
    members: str | None = None,
    lines: str | None = None,
    season: bool | None = None,
) -> Report:
    """The overview of a shop as one page, by the SQL function `audience.report`.

    Arguments:
        con: a connection that the extension is loaded into.
        orders: the name of a table, view or file, as in SQL; or a data frame of pandas, polars or Arrow.
        customer_id: an expression over its columns, in SQL, as are order_date, amount and filter.
        title: and the others as in SQL; what is not given has the default that it has there.

    Returns:
        The page. A notebook shows it; `save("report.html")` writes it.

    Raises:
        duckdb.Error: what the SQL function says.
    """
    options = {
        "title": _text(title),
        "currency": _text(currency),
        "as_of": _text(as_of),
        "filter": filter,
        "customers": customers,
        "members": _text(members),
        "lines": _text(lines),
        "season": season,
    }
    given = "".join(f", {name} := {value}" for name, value in options.items() if value is not None)
    with _named(con, orders) as name:
        query = f"FROM {catalog(con)}.report({_text(name)}, {customer_id}, {order_date}, {amount}{given})"
        row = con.execute(query).fetchone()
    assert row is not None, "it has one row"
    return Report(bytes(row[0]).decode())


def catalog(con: duckdb.DuckDBPyConnection) -> str:
    """Where the macros are: in `audience_sql` where the user's own database or schema is called audience."""
    found = con.execute(
        "SELECT max(database_name) FROM duckdb_functions() WHERE database_name IN ('audience', 'audience_sql')"
        " AND function_name = 'lifecycle_stage' AND function_type = 'table_macro'"
    ).fetchone()
    return found[0] if found and found[0] else "audience"


@contextmanager
def _named(con: duckdb.DuckDBPyConnection, orders: object) -> Iterator[str]:
    """The name of the orders in SQL; a data frame has one for as long as the page is made."""
    if isinstance(orders, str):
        yield orders
        return
    con.register(FRAME, orders)
    try:
        yield FRAME
    finally:
        con.unregister(FRAME)


def _text(value: object) -> str | None:
    """A text as SQL writes it; None where nothing was given."""
    return None if value is None else "'" + str(value).replace("'", "''") + "'"
