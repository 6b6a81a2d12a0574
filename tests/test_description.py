"""The form for the community-extension registry agrees with the crate, and its example runs."""

import re
import textwrap

import duckdb

import support

TEXT = (support.ROOT / "description.yml").read_text()


def test_the_version_is_the_crates() -> None:
    version = re.compile(r'^\s*version[:= ]+"?([\d.]+)', re.MULTILINE)
    crate = (support.ROOT / "Cargo.toml").read_text()
    assert version.search(TEXT).group(1) == version.search(crate).group(1)


def test_hello_world_runs(con: duckdb.DuckDBPyConnection) -> None:
    block = re.search(r"^  hello_world: \|\n((?:    .*\n|\n)+)", TEXT, re.MULTILINE).group(1)
    rows = con.execute(textwrap.dedent(block)).fetchall()
    assert rows and sum(row[2] for row in rows) > 0
