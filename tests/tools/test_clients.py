"""The Python of docs/tools.md, and of other pages, that runs quickly."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import support
from page import blocks


@pytest.mark.parametrize("title", ["Python", "polars and Arrow", "ibis", "SQLAlchemy"])
def test_the_script_prints_something(run: Callable[..., str], title: str) -> None:
    assert run("clients", "python", "-c", "\n".join(blocks(title, "python"))).strip()


def test_the_parts_of_the_page(run: Callable[..., str]) -> None:
    shown = blocks("In Python, in one call", "python", support.ROOT / "docs/scale.md")
    assert "Slipping Away" in run("clients", "python", "-c", "\n".join(shown))


def test_jupysql(run: Callable[..., str]) -> None:
    """Each block is a cell of a notebook."""
    assert "Slipping Away" in run("clients", "python", Path(__file__).with_name("cells.py"), *blocks("JupySQL", "python"))


def test_what_the_labels_become(run: Callable[..., str]) -> None:
    """What the page says of them, and so when it has to be changed."""
    code = """
import audience, pandas as pd, polars as pl
con = audience.connect()
con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
stages = con.sql("SELECT lifecycle_stage FROM audience.customers('orders', customer_id, order_date, amount)")
assert stages.df().lifecycle_stage.cat.ordered and list(stages.df().lifecycle_stage.cat.categories)[0] == "Just Ordered"
assert isinstance(stages.pl().schema["lifecycle_stage"], pl.Categorical)
assert not stages.to_arrow_table().schema.field("lifecycle_stage").type.ordered
"""
    run("clients", "python", "-c", code)


def test_a_data_frame_to_python(run: Callable[..., str]) -> None:
    """The report and the customers in parts, of pandas, polars and Arrow; nothing of it is left in the connection."""
    code = """
import audience, tempfile
con = audience.connect()
orders = con.sql("FROM audience.demo_orders(customers := 50)")
con.execute("CREATE TABLE orders AS FROM orders")
page = audience.report(con, "orders").html
for frame in (orders.df(), orders.pl(), orders.to_arrow_table()):
    assert audience.report(con, frame).html == page
    parts = audience.customers_in_parts(con, frame, folder=tempfile.mkdtemp(), parts=2)
    assert parts.count('*').fetchall() == [(50,)]
assert [name for (name,) in con.execute("SHOW TABLES").fetchall()] == ["orders"]
"""
    run("clients", "python", "-c", code)


def test_the_shell_without_python(package: Path, tmp_path: Path) -> None:
    found = list((support.ROOT / "build/venv/shell").glob("**/site-packages/duckdb_cli"))
    if not found:
        pytest.skip("no DuckDB shell for this platform")
    environment = os.environ | {"PATH": f"{found[0]}:{os.environ['PATH']}", "AUDIENCE_EXTENSION": str(package / "audience/audience.duckdb_extension")}
    command, query = blocks("DuckDB's shell", "sh")[1], "SELECT count(*) > 0 AS loaded FROM audience.demo_orders();"
    ran = subprocess.run(command, shell=True, cwd=tmp_path, env=environment, input=query, capture_output=True, text=True)
    assert ran.returncode == 0 and "true" in ran.stdout, ran.stderr
