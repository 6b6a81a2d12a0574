"""Run the SQL of README.md and docs/ as a reader would, and write its results into the tables that follow it.

usage: pages.py

A table directly below a block of SQL is the result of its last statement. The tests compare the pages with what this
script would write.
"""

import re
import tempfile
import textwrap
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import duckdb

import docs

PAGES = [docs.ROOT / "README.md", *sorted((docs.ROOT / "docs").rglob("*.md"))]


def block(language: str) -> re.Pattern:
    """A fenced block, which a list may have indented, and the table below it, if there is one."""
    text = rf"^( *)```{language}\n(?P<text>.*?)^\1```\n(?:\n(?P<table>(?:\|[^\n]*\n)+))?"
    return re.compile(text, re.MULTILINE | re.DOTALL)


BLOCK = block("sql")


def blocks(page: Path, language: str) -> list[tuple[int, str, str]]:
    """The blocks of a language: line, content, and the table that follows."""
    text = page.read_text()
    found = block(language).finditer(text)
    return [(line(text, match), textwrap.dedent(match["text"]), match["table"] or "") for match in found]


def line(text: str, match: re.Match) -> int:
    return text.count("\n", 0, match.start()) + 1


class Mistake(Exception):
    """A block that fails, or that a reader would see nothing of."""


def connect(page: Path) -> duckdb.DuckDBPyConnection:
    """The README makes its own orders; the other pages begin with those of the demo shop."""
    con = duckdb.connect(config={"allow_unsigned_extensions": True})
    con.execute(f"LOAD '{docs.EXTENSION}'")
    if page.name != "README.md":
        con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    return con


def results(con: duckdb.DuckDBPyConnection, page: Path) -> Iterator[tuple[re.Match, str]]:
    """Every block, one after the other in one database, and the table of its result."""
    text = page.read_text()
    for match in BLOCK.finditer(text):
        place = f"{page.relative_to(docs.ROOT)}:{line(text, match)}"
        try:
            con.execute(textwrap.dedent(match["text"]))
            header, rows = [column[0] for column in con.description], con.fetchall()
        except duckdb.Error as error:
            raise Mistake(f"{place}: {error}") from error
        if not rows:
            raise Mistake(f"{place}: the result is empty")
        yield match, docs.table(header, [[docs.value_text(value) for value in row] for row in rows]) + "\n"


def render(con: duckdb.DuckDBPyConnection, page: Path) -> str:
    """The page with its tables as they should be. It runs outside the clone, in a folder that has CDNOW's orders."""
    text, parts, end = page.read_text(), [], 0
    with tempfile.TemporaryDirectory() as folder, chdir(folder):
        Path("cdnow_orders.csv").symlink_to(docs.ROOT / "build/testdata/cdnow_orders.csv")
        for match, table in results(con, page):
            if match["table"]:
                parts += [text[end : match.start("table")], table]
                end = match.end("table")
    return "".join(parts) + text[end:]


def main() -> None:
    for page in PAGES:
        with connect(page) as con:
            rendered = render(con, page)
        if rendered != page.read_text():
            page.write_text(rendered)
            print(f"rewrote the tables of {page.relative_to(docs.ROOT)}")


if __name__ == "__main__":
    main()
