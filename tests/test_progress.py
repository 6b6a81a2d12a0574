"""query_progress() moves while a function runs: DuckDB shows none beside a row that comes from nowhere, see __one.sql."""

import threading
import time

import duckdb
import pytest

import support

CALLS = {
    "customers": "customers('orders', customer_id, order_date, amount)",
    "lifecycle_stage": "lifecycle_stage('orders', customer_id, order_date)",
    "importance_tier": "importance_tier('orders', customer_id, order_date, amount)",
    "rfm": "rfm('orders', customer_id, order_date, amount)",
    "interested_in": "interested_in('lines', customer_id, order_date, product, product = 7)",
}


@pytest.fixture(scope="module")
def shop(extension_path):
    with support.connect() as con:
        con.execute("SET enable_progress_bar = true; SET enable_progress_bar_print = false")
        con.execute("""
            CREATE TABLE orders AS
            SELECT i * 7919 % 1000000 AS customer_id, DATE '2022-01-01' + (i * 104729 % 1000)::INTEGER AS order_date,
                   1.0 + i % 97 AS amount, i * 31 % 200 AS product
            FROM range(8000000) r(i)""")
        con.execute("CREATE TABLE lines AS FROM orders WHERE customer_id < 400000")
        yield con


@pytest.mark.parametrize("function", CALLS)
def test_progress(shop: duckdb.DuckDBPyConnection, function: str) -> None:
    query = threading.Thread(target=lambda: shop.execute(f"SELECT count(customer_id) FROM audience.{CALLS[function]}").fetchall())
    seen = set()
    query.start()
    while query.is_alive():
        seen.add(shop.query_progress())
        time.sleep(0.002)
    query.join()
    assert len({value for value in seen if value > 0}) >= 5
