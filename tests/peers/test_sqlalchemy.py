"""The way Superset and other BI tools connect: SQLAlchemy through duckdb-engine."""

import subprocess
import sys

import pandas
from sqlalchemy import create_engine, event, text

import support


def engine(database: str = ":memory:"):
    made = create_engine(f"duckdb:///{database}", connect_args={"config": {"allow_unsigned_extensions": True}})
    event.listen(made, "connect", lambda connection, _: connection.execute(f"LOAD '{support.EXTENSION}'"))
    return made


def test_segments_through_an_engine(tmp_path) -> None:
    database = tmp_path / "shop.duckdb"
    with support.open_database(database) as con:
        support.make_orders(con, 300)
    sql = """
        SELECT lifecycle_stage, count(*) AS customers
        FROM audience.customers('orders', customer_id, order_date, amount, as_of := :day)
        GROUP BY lifecycle_stage ORDER BY lifecycle_stage"""
    made = engine(str(database))
    # Two connections of one pool, as a dashboard opens them.
    with made.connect() as first, made.connect() as second:
        for connection in (first, second):
            rows = connection.execute(text(sql), {"day": "2024-12-31"}).fetchall()
            assert sum(row.customers for row in rows) == 300
        frame = pandas.read_sql(text(sql), first, params={"day": "2024-12-31"})
        assert frame.customers.sum() == 300
    made.dispose()


def test_a_query_wrapped_as_a_bi_tool_wraps_it(tmp_path) -> None:
    made = engine()
    with made.connect() as connection:
        connection.execute(text("CREATE TABLE orders AS SELECT i % 40 AS c, DATE '2024-01-01' + i::INTEGER AS d, 5.0 AS a FROM range(400) r(i)"))
        virtual = "SELECT * FROM audience.customers('orders', c, d, a)"
        wrapped = f"""
            SELECT importance_tier AS importance_tier, SUM(revenue) AS "SUM(revenue)"
            FROM ({virtual}) AS virtual_table
            WHERE lifecycle_stage IN ('Just Ordered', 'Active')
            GROUP BY importance_tier ORDER BY "SUM(revenue)" DESC LIMIT 1000"""
        assert connection.execute(text(wrapped)).fetchall()


def test_the_example_for_superset(tmp_path) -> None:
    """Twice, as the second run finds the table and the view of the first in the file."""
    example = [sys.executable, str(support.ROOT / "examples/superset_sqlalchemy.py"), str(support.EXTENSION), str(tmp_path / "shop.duckdb")]
    for _ in range(2):
        ran = subprocess.run(example, capture_output=True, text=True, timeout=120)
        assert ran.returncode == 0, ran.stderr
        by_stage, by_tier = (chart.splitlines() for chart in ran.stdout.strip().split("\n\n"))
        assert [line.split("\t")[0] for line in by_stage[1:]] == ["Just Ordered", "Active", "Slipping Away", "Lost"]
        assert sum(int(line.split("\t")[1]) for line in by_stage[1:]) == 1000
        assert [line.split("\t")[0] for line in by_tier[1:]] == ["One-Time Buyer", "Loyal", "Frequent Buyer", "VIP"]


def test_extensions_preloaded_by_the_engine_parameters() -> None:
    """What the example says to write into Superset's form."""
    made = create_engine(
        "duckdb:///:memory:",
        connect_args={"config": {"allow_unsigned_extensions": True}, "preload_extensions": [f"'{support.EXTENSION}'"]},
    )
    with made.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM audience.demo_orders(customers := 5)")).scalar() > 0
    made.dispose()
