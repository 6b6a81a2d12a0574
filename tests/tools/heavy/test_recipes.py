"""The recipes of docs/scale.md for other engines beside `audience.customers`: every row, bit for bit."""

from collections.abc import Callable

import pytest

import support
from page import blocks

ORDERS = """
import audience
audience.connect().execute("COPY (FROM read_csv({orders!r})) TO 'orders.parquet'")
"""
COMPARED = """
import audience
con = audience.connect()
rank = "CASE WHEN customer_value IS NOT NULL THEN rank() OVER (ORDER BY customer_value DESC NULLS LAST) END AS value_rank"
con.execute(f"CREATE TABLE found AS SELECT * REPLACE ({rank}) FROM 'customers/*.parquet'")
con.execute("CREATE TABLE wanted AS FROM audience.customers('orders.parquet', customer_id, order_date, amount, labels := 'text')")
assert con.execute("SELECT count(*) FROM found").fetchall()[0][0] > 20_000
for a, b in [("found", "wanted"), ("wanted", "found")]:
    different = con.execute(f"FROM {a} EXCEPT ALL FROM {b} LIMIT 3").fetchall()
    assert different == [], different
"""


@pytest.mark.parametrize("engine", ["Daft", "Ray", "smallpond"])
def test_recipe(run: Callable[..., str], engine: str) -> None:
    [recipe] = blocks(f"On {engine}", "python", support.ROOT / "docs/scale.md")
    environment = engine.lower()
    run(environment, "python", "-c", ORDERS.format(orders=str(support.ROOT / "build/testdata/cdnow_orders.csv")))
    run(environment, "python", "-c", recipe, timeout=900)
    run(environment, "python", "-c", COMPARED)
