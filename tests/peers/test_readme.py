"""The Python blocks of README.md run, and what README.md and docs/how-it-works.md show of CDNOW is right."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import support
from test_docs import docs
from pages import blocks

BLOCKS = blocks(support.ROOT / "README.md", "python")
HOW_IT_WORKS = support.ROOT / "docs/how-it-works.md"
ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"


@pytest.mark.parametrize("code", [block[1] for block in BLOCKS], ids=[f"line-{block[0]}" for block in BLOCKS])
def test_python_block(code: str, tmp_path: Path) -> None:
    zipfile.ZipFile(support.wheel()).extractall(tmp_path)
    code = code.replace("build/release/audience.duckdb_extension", str(support.EXTENSION))
    environment = os.environ | {"PYTHONPATH": str(tmp_path)}
    ran = subprocess.run([sys.executable, "-c", code], cwd=support.ROOT, env=environment, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.strip()


def test_there_are_python_blocks() -> None:
    assert len(BLOCKS) >= 2


def test_the_same_query_gives_the_table_of_cdnow(con) -> None:
    """The page says that the query before the table, for another shop and day, gives the table."""
    sql = next(block[1] for block in blocks(HOW_IT_WORKS, "sql") if "AS realised" in block[1])
    for demo, cdnow in [("'2025-06-30'", "'1997-12-31'"), ("'2025-07-01'", "'1998-01-01'"), ("status = 'completed'", "true")]:
        assert demo in sql
        sql = sql.replace(demo, cdnow)
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
    con.execute(sql)
    header, rows = [column[0] for column in con.description], con.fetchall()
    assert docs.table(header, [[docs.value_text(value) for value in row] for row in rows]) in HOW_IT_WORKS.read_text()


def test_the_output_of_make_demo_is_as_shown() -> None:
    """Shortened, but every line of it is a line of the real one."""
    python = support.ROOT / "build/venv/shell/bin/python"
    if not list((support.ROOT / "build/venv/shell").glob("**/site-packages/duckdb_cli")):
        pytest.skip("no DuckDB shell for this platform")
    demo = [python, "scripts/demo.py", "examples/demo.sql", str(support.EXTENSION), str(ORDERS)]
    ran = subprocess.run(demo, cwd=support.ROOT, capture_output=True, text=True, timeout=120)
    assert ran.returncode == 0, ran.stderr
    shown = [line for _, block, _ in blocks(support.ROOT / "README.md", "text") for line in block.splitlines() if "│" in line]
    assert shown and set(shown) <= set(ran.stdout.splitlines())
