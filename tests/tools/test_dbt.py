"""examples/dbt: everything builds, and what it stores is what the page says."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

import support
from page import blocks

PROJECT = support.ROOT / "examples/dbt"


def test_a_build_and_another_one_on_a_later_day(run: Callable[..., str], tmp_path: Path) -> None:
    project = shutil.copytree(PROJECT, tmp_path / "dbt", ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))
    for variables in ("{}", "{as_of: 2026-02-28}"):
        out = run("dbt", "dbt", "--no-use-colors", "build", "--vars", variables, cwd=project, DBT_SEND_ANONYMOUS_USAGE_STATS="false")
        assert re.search(r"PASS=13 WARN=0 ERROR=0 SKIP=0 NO-OP=0 TOTAL=13$", out.strip()), out
    # Stored, so that a reader needs no extension.
    with duckdb.connect(str(project / "shop.duckdb"), read_only=True) as con:
        days = con.execute("SELECT as_of::VARCHAR, count(DISTINCT lifecycle_stage::VARCHAR) FROM customer_history GROUP BY ALL ORDER BY ALL")
        assert days.fetchall() == [("2025-12-31", 4), ("2026-02-28", 3)]
        changed = con.execute("SELECT count(dbt_valid_to), count(*) - count(dbt_valid_to) FROM customer_stages").fetchone()
        assert changed[0] > 0 and changed[1] == con.execute("SELECT count(*) FROM customers").fetchone()[0]


def test_the_page_shows_the_project() -> None:
    files = "\n".join(path.read_text() for path in sorted(PROJECT.rglob("*.*")) if path.suffix in {".sql", ".yml"})
    for language in ("yaml", "jinja"):
        for block in blocks("dbt", language):
            assert block.strip() in files, f"no file of examples/dbt has\n{block}"
