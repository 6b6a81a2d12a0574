"""A small runner of DuckDB's sqllogictest dialect, on whatever DuckDB is installed.

Understood: comments, `require audience`, `statement ok`, `statement error` (the expected part of the message, or
`<REGEX>:` and an expression for it, below `----`) and `query TYPES [nosort|rowsort]` with tab-separated rows below `----`,
which are sorted where the result is.
Values are compared as DuckDB's own VARCHAR casts: NULL is `NULL`, an empty string is `(empty)`.
A column of type R compares numbers with a relative tolerance of 1e-6; I and T compare exactly.
"""

import math
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb

import support

RELATIVE_TOLERANCE = 1e-6
# An error of the extension, and how it has to begin: with the function that was called, and without an internal name.
OURS = re.compile(r"Error: audience: ")
NAMED = re.compile(r"Error: audience: [a-z]\w*: (?!.*\b__)")
RELATIONAL = re.compile(r"\s*(SELECT|FROM|WITH|VALUES|TABLE|PIVOT|UNPIVOT)\b", re.IGNORECASE)


class Mismatch(AssertionError):
    """A record that did not give what it promises; the message begins with file:line."""


@dataclass
class Record:
    line: int
    command: list[str]
    sql: str
    expected: list[str] | None


def parse(text: str) -> list[Record]:
    """Records are blocks of lines between empty lines; a whole-line # comment may stand anywhere before the SQL."""
    records, block, start = [], [], 0
    for number, line in enumerate([*text.splitlines(), ""], 1):
        if line.startswith("#") and not block:
            continue
        if line.strip():
            start = start if block else number
            block.append(line)
        elif block:
            body = block[1:]
            cut = body.index("----") if "----" in body else None
            expected = None if cut is None else body[cut + 1 :]
            records.append(Record(start, block[0].split(), "\n".join(body[:cut]), expected))
            block = []
    return records


def rows_as_text(con: duckdb.DuckDBPyConnection, sql: str) -> tuple[int, list[list[str]]]:
    """Column count and rows. A temporary table keeps the order and lets DuckDB itself write the values."""
    if RELATIONAL.match(sql):
        con.execute(f"CREATE OR REPLACE TEMP TABLE __sqllogictest AS {sql}")
        result = con.execute("SELECT CAST(COLUMNS(*) AS VARCHAR) FROM __sqllogictest")
        width, rows = len(result.description), result.fetchall()
        con.execute("DROP TABLE __sqllogictest")
    else:
        result = con.execute(sql)
        width, rows = len(result.description), result.fetchall()
    return width, [["NULL" if v is None else "(empty)" if v == "" else str(v) for v in row] for row in rows]


def equal(kind: str, actual: str, expected: str) -> bool:
    if actual == expected:
        return True
    if kind != "R":
        return False
    try:
        return math.isclose(float(actual), float(expected), rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-12)
    except ValueError:
        return False


def check_query(con: duckdb.DuckDBPyConnection, record: Record) -> str | None:
    types, sort = record.command[1], (record.command[2:] or ["nosort"])[0]
    if record.expected is None or set(types) - set("IRT") or sort not in ("nosort", "rowsort"):
        return f"cannot read {' '.join(record.command)!r} (types are of I, R, T, then nosort or rowsort, then ----)"
    width, actual = rows_as_text(con, record.sql)
    expected = [line.split("\t") for line in record.expected]
    if width != len(types):
        return f"{width} columns instead of {len(types)}"
    if sort == "rowsort":
        actual = sorted(actual)
    same = len(actual) == len(expected) and all(
        len(a) == len(e) and all(map(equal, types, a, e)) for a, e in zip(actual, expected)
    )
    shown = ["\t".join(row) for row in actual]
    return None if same else "\n".join(["expected", *record.expected, "but got", *shown])


def check_statement(con: duckdb.DuckDBPyConnection, record: Record) -> str | None:
    wanted = record.command[1]
    try:
        con.execute(record.sql)
    except duckdb.Error as error:
        if wanted == "ok":
            return str(error)
        pattern = "\n".join(record.expected or [])
        regex = pattern.removeprefix("<REGEX>:") if pattern.startswith("<REGEX>:") else None
        found = re.search(regex, str(error), re.DOTALL) if regex is not None else pattern in str(error)
        if OURS.search(str(error)) and not NAMED.search(str(error)):
            return f"the error does not name the public function that was called:\n{error}"
        return None if found else f"the error does not say {pattern!r}:\n{error}"
    return None if wanted == "ok" else "no error"


def check(con: duckdb.DuckDBPyConnection, record: Record) -> str | None:
    match record.command:
        case ["require", "audience"]:
            support.load(con)
            return None
        case ["statement", "ok" | "error"]:
            return check_statement(con, record)
        case ["query", _, *_]:
            try:
                return check_query(con, record)
            except duckdb.Error as error:
                return str(error)
    return f"unknown command {' '.join(record.command)!r}"


def run(path: Path) -> int:
    """Run one file in a fresh in-memory database and return the number of records."""
    records = parse(path.read_text())
    with support.open_database() as con:
        for record in records:
            problem = check(con, record)
            if problem is not None:
                raise Mismatch(f"{path}:{record.line}: {record.sql.strip()}\n{problem}")
    return len(records)


def main(names: list[str]) -> int:
    """The files that are named, or all of tests/sql."""
    paths = [Path(name) for name in names] or sorted((support.ROOT / "tests/sql").rglob("*.test"))
    failed = 0
    for path in paths:
        try:
            run(path)
        except Mismatch as mismatch:
            failed += 1
            print(mismatch, file=sys.stderr)
    print(f"{len(paths) - failed} passed, {failed} failed")
    return 1 if failed or not paths else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
