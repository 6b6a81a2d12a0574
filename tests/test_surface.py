"""What LOAD adds to a database, compared with the files that define it.

src/functions/ROOM/NAME.rs registers NAME, or `__audience_NAME` where it may only be used through a macro.
sql/ROOM/NAME.sql creates macros in the catalog `audience`. Names that begin with `__` are not for users.
"""

import re
from pathlib import Path

import duckdb
import pytest

import support

# Besides functions, a room has the list of its names and what its functions share.
HELPERS = {"mod", "arguments"}
RUST = {path.stem for path in (support.ROOT / "src/functions").glob("*/*.rs")} - HELPERS
SQL = {path.stem for path in (support.ROOT / "sql").rglob("*.sql")}
# The sections of the reference, each with its page. A macro and a scalar may have one name.
REFERENCE = [
    (name, path.stem)
    for path in (support.ROOT / "docs/reference").glob("*.md")
    for name in re.findall(r"^### (?:audience\.)?(\w+)$", path.read_text(), re.MULTILINE)
]
CATALOG = "SELECT database_name, function_name FROM duckdb_functions()"


@pytest.fixture(scope="module")
def added(extension_path: Path) -> dict[str, set[str]]:
    """New function names by catalog."""
    with support.open_database() as con:
        before = set(con.execute(CATALOG).fetchall())
        support.load(con)
        after = set(con.execute(CATALOG).fetchall())
    assert before <= after, "LOAD must not remove functions"
    names: dict[str, set[str]] = {}
    for catalog, name in after - before:
        names.setdefault(catalog, set()).add(name)
    return names


def public(names: set[str]) -> set[str]:
    return {name for name in names if not name.startswith("__")}


def test_only_two_catalogs_gain_functions(added: dict[str, set[str]]) -> None:
    assert set(added) == {"system", "audience"}


def test_every_rust_file_registers_its_name(added: dict[str, set[str]]) -> None:
    names = {name.removeprefix("__audience_") for name in added["system"]}
    # An aggregate whose state can be stored has three more, of its own file.
    stored = {f"{name}{kind}" for name in RUST if f"{name}_state" in names for kind in ("_state", "_merged", "_summed")}
    assert len(stored) >= 12
    assert names == RUST | stored


def test_every_sql_file_creates_its_macro(added: dict[str, set[str]]) -> None:
    assert sorted(public(added["audience"])) == sorted(public(SQL))


def test_the_users_database_stays_empty(con: duckdb.DuckDBPyConnection) -> None:
    count = """
        SELECT (SELECT count(*) FROM duckdb_functions() WHERE database_name = 'memory')
             + (SELECT count(*) FROM duckdb_tables() WHERE database_name = 'memory')
             + (SELECT count(*) FROM duckdb_views() WHERE database_name = 'memory' AND NOT internal)
             + (SELECT count(*) FROM duckdb_types() WHERE database_name = 'memory' AND NOT internal)
             + (SELECT count(*) FROM duckdb_schemas() WHERE database_name = 'memory' AND schema_name <> 'main' AND NOT internal)"""
    assert con.execute(count).fetchone() == (0,)


def test_what_is_internal_is_not_where_analysts_look(con: duckdb.DuckDBPyConnection) -> None:
    """Neither in the schema that tools list and complete, nor among the tables."""
    internal = "SELECT schema_name, starts_with(function_name, '__') FROM duckdb_functions() WHERE database_name = 'audience' GROUP BY ALL ORDER BY ALL"
    assert con.execute(internal).fetchall() == [("internal", True), ("main", False)]
    assert con.execute("SHOW ALL TABLES").fetchall() == []
    assert con.execute("SELECT count(*) FROM duckdb_views() WHERE database_name = 'audience' AND NOT internal").fetchone() == (0,)


def test_every_name_has_a_test(added: dict[str, set[str]]) -> None:
    def tested(name: str) -> bool:
        paths = list((support.ROOT / "tests/sql").rglob(f"{name}.test"))
        return len(paths) == 1 and re.search(rf"\b{name}\s*\(", paths[0].read_text()) is not None

    assert [name for name in sorted(public(set.union(*added.values()))) if not tested(name)] == []


def test_every_name_has_one_room() -> None:
    """On every layer its files stand in the folder of the same name, and its section on that page."""
    rooms: dict[str, set[str]] = {}
    for layer, pattern in [("src/functions", "*/*.rs"), ("sql", "**/*.sql"), ("tests/sql", "**/*.test")]:
        for path in (support.ROOT / layer).glob(pattern):
            if path.stem not in HELPERS:
                rooms.setdefault(path.stem, set()).add(str(path.parent.relative_to(support.ROOT / layer)))
    for name, page in REFERENCE:
        rooms[name].add(page if (support.ROOT / "sql" / page).is_dir() else ".")
    assert {name: found for name, found in rooms.items() if len(found) > 1} == {}
    known = {path.name for path in (support.ROOT / "src/functions").iterdir() if path.is_dir()} | {".", "shared"}
    assert set.union(*rooms.values()) == known


def test_every_name_is_documented(added: dict[str, set[str]]) -> None:
    assert sorted({name for name, _ in REFERENCE}) == sorted(public(set.union(*added.values())))


def test_every_macro_carries_its_documentation(con: duckdb.DuckDBPyConnection) -> None:
    bare = """
        SELECT DISTINCT function_name FROM duckdb_functions()
        WHERE database_name = 'audience' AND NOT starts_with(function_name, '__') AND coalesce(comment, '') = ''"""
    assert con.execute(bare).fetchall() == []


def test_no_registered_name_hides_a_builtin(extension_path: Path) -> None:
    with support.open_database() as con:
        existing = {name for _, name in con.execute(CATALOG).fetchall()}
        assert not existing & {*RUST, *SQL}
