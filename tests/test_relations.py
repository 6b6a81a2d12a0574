"""Any relation of orders, and the demo shop."""

from pathlib import Path

import numpy
import pandas
import pytest

import oracle
import support
from populations import TABLE_FUNCTIONS, differences, make_population


@pytest.mark.parametrize("name", ["customers", "lifecycle_stage", "importance_tier", "purchase_model", "rfm"])
def test_any_relation(con, tmp_path: Path, name: str) -> None:
    make_population(con, customers=200)
    con.execute(f"COPY shop TO '{tmp_path}/orders.parquet'; COPY shop TO '{tmp_path}/orders.csv'")
    con.execute(f"ATTACH '{tmp_path}/other.duckdb' AS other; CREATE SCHEMA other.sales; CREATE TABLE other.sales.orders AS FROM shop")
    con.register("frame", con.execute("FROM shop").df())
    call = TABLE_FUNCTIONS[name]
    con.execute(f"CREATE TABLE expected AS FROM {call.format('shop')}")
    for relation in (f"{tmp_path}/orders.parquet", f"{tmp_path}/orders.csv", "other.sales.orders", "frame"):
        assert differences(con, "expected", call.format(relation)) == 0, relation


def test_a_data_frame_in_and_a_data_frame_out(con) -> None:
    orders = pandas.DataFrame({  # noqa: F841
        "customer_id": ["a", "a", "b", None],
        "order_date": pandas.to_datetime(["2024-01-01 10:00", "2024-02-01 11:00", "2024-02-10 12:00", "2024-03-01 13:00"]),
        "amount": [10.0, 20.0, float("nan"), 5.0],
    })
    found = con.execute("FROM audience.customers('orders', customer_id, order_date, amount) ORDER BY customer_id").df()
    assert list(found.customer_id) == ["a", "b"]
    assert list(found.lifecycle_stage.cat.categories) == list(oracle.STAGES) and found.lifecycle_stage.cat.ordered is not None
    assert found.silence_days.tolist() == [9, 0]
    assert found.revenue.tolist()[0] == 30 and numpy.isnan(found.revenue.tolist()[1])


def test_a_read_only_database(tmp_path: Path, extension_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    with support.connect(database) as con:
        make_population(con, customers=200)
        expected = {name: con.execute(f"FROM {TABLE_FUNCTIONS[name].format('shop')} ORDER BY ALL").fetchall() for name in ("customers", "rfm", "purchase_model")}
    before = database.read_bytes()
    with support.connect(database, read_only=True) as con:
        for name, rows in expected.items():
            assert con.execute(f"FROM {TABLE_FUNCTIONS[name].format('shop')} ORDER BY ALL").fetchall() == rows, name
    assert database.read_bytes() == before


def test_the_demo_shop_is_the_same_everywhere(con) -> None:
    """Pinned: the documentation's numbers and everyone's examples depend on it."""
    rows = con.execute("""
        SELECT count(*), sum((amount * 100)::BIGINT), md5(string_agg(concat_ws(',', coalesce(customer_id::VARCHAR, ''), order_id, order_date, (amount * 100)::BIGINT, status, country, is_alive), ';' ORDER BY order_id))
        FROM audience.demo_orders()""").fetchone()
    assert rows[0] == 4864 and rows[2] == "960cc411e3683623574648101efe5ca7"
