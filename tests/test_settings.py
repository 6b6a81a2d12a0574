"""Settings of the analyst's session that turn round what a query does not say."""

import duckdb
import pytest

import support

ORDERS = "'orders', customer_id, order_date"
LINES = "'lines', customer_id, order_date, product_name"
CALLS = (
    f"rfm({ORDERS}, amount)",
    f"cross_sell({LINES}, category = 'Tents', category = 'Coffee', top := 3)",
    f"product_affinity({LINES})",
    f"interested_in({LINES}, category = 'Tents')",
    f"interests({LINES}, category)",
    f"recommend({LINES})",
    f"cohorts({ORDERS}, amount)",
    f"cohort_forecast({ORDERS}, amount)",
    f"lifecycle_history({ORDERS}, amount, until := DATE '2025-06-30')",
    f"overview({ORDERS}, amount)",
    f"report({ORDERS}, amount)",
    f"customers({ORDERS}, amount)",
    "customers_of('histories', shop := (SELECT shop FROM shops))",
    "rfm_of('histories', shop := (SELECT shop FROM shops))",
)


@pytest.fixture(scope="module")
def shop(extension_path):
    with support.connect() as con:
        con.execute(f"""
            CREATE TABLE orders AS FROM audience.demo_orders();
            CREATE TABLE lines AS FROM audience.demo_lines();
            CREATE TABLE histories AS FROM audience.histories({ORDERS}, amount);
            CREATE TABLE shops AS FROM audience.shop('histories')""")
        yield con


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.partition("(")[0])
def test_the_order_of_the_session_changes_nothing(shop: duckdb.DuckDBPyConnection, call: str) -> None:
    found = {}
    for order in ("asc", "desc"):
        shop.execute(f"SET default_order = '{order}'")
        found[order] = sorted(map(repr, shop.execute(f"FROM audience.{call}").fetchall()))
    assert found["asc"] == found["desc"] != []
