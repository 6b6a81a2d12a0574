"""Stored histories that were damaged, or put together by hand: every function that reads them refuses them, whatever is read
of its result."""

import duckdb
import pytest

READERS = {
    "shop": "shop('damaged')",
    "customers_of": "customers_of('damaged', shop := (SELECT shop FROM saved))",
    "rfm_of": "rfm_of('damaged', shop := (SELECT shop FROM saved))",
    "contact_stage_of": "contact_stage_of('contacts', customer_id, 'damaged', shop := (SELECT shop FROM saved))",
}
# The column that is damaged, with what it becomes, and what is said of it.
DAMAGES = {
    "no gaps": ("NULL::BLOB AS gaps", "histories must have gaps with every history, got NULL"),
    "gaps of another": ("'\\x01\\x01'::BLOB AS gaps", "history must have all its purchases in order_dates, ascending"),
    "no latest row": ("NULL::DATE AS latest_row_date", "histories must have a latest_row_date not before the last order, got NULL and "),
    "latest row too early": ("DATE '2020-01-01' AS latest_row_date", "histories must have a latest_row_date not before the last order, got 2020-01-01 and "),
    "unknown purchases": ("struct_update(history, purchases := NULL::INTEGER) AS history", "histories must have purchases and days, got "),
    "unknown first day": ("struct_update(history, first_order_date := NULL::DATE) AS history", "histories must have purchases and days, got "),
    "unknown last day": ("struct_update(history, last_order_date := NULL::DATE) AS history", "histories must have purchases and days, got "),
    "fewer purchases": ("struct_update(history, purchases := history.purchases - 1) AS history", "history "),
    "no purchases": ("struct_update(history, purchases := 0) AS history", "history must have at least 1 purchase"),
    "endless revenue": ("struct_update(history, revenue := 'inf'::DOUBLE) AS history", "history must have a finite revenue"),
    "days in reverse": ("struct_update(history, last_order_date := DATE '1990-01-01') AS history", "history has its first purchase after its last"),
}


@pytest.fixture
def stored(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("""
        CREATE TABLE orders AS FROM audience.demo_orders(customers := 60);
        CREATE TABLE contacts AS SELECT DISTINCT customer_id FROM orders;
        CREATE TABLE stored AS FROM audience.histories('orders', customer_id, order_date, amount);
        CREATE TABLE saved AS FROM audience.shop('stored')""")
    return con


@pytest.mark.parametrize("function", READERS)
@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_history_is_refused(stored: duckdb.DuckDBPyConnection, function: str, damage: str) -> None:
    column, problem = DAMAGES[damage]
    one = "customer_id = (SELECT min(customer_id) FROM stored WHERE history.purchases > 4)"
    stored.execute(f"CREATE TABLE damaged AS SELECT * REPLACE ({column}) FROM stored WHERE {one} UNION ALL FROM stored WHERE NOT {one}")
    for read in ("*", "count(*)"):
        with pytest.raises(duckdb.Error, match=f"audience: {function}: {problem}"):
            stored.execute(f"SELECT {read} FROM audience.{READERS[function]}").fetchall()
