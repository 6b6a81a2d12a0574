"""Labels: an ENUM that sorts in its order, or text for what has no ENUM, from every function that has labels."""

import sys

import duckdb
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
import docs  # noqa: E402

TABLES = [function for function in docs.functions() if function.kind == "table"]


@pytest.fixture(scope="module")
def shop(extension_path):
    with support.connect() as con:
        con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 60)")
        con.execute("CREATE TABLE contacts AS FROM audience.demo_contacts(customers := 60)")
        con.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 60)")
        yield con


def described(con: duckdb.DuckDBPyConnection, call: str) -> tuple[bool, list[tuple]]:
    """Whether a column is an ENUM, and all rows."""
    result = con.execute(f"FROM {call}")
    return any(str(column[1]).startswith("ENUM") for column in result.description), sorted(result.fetchall(), key=repr)


@pytest.mark.parametrize("function", TABLES, ids=lambda function: function.name)
def test_labels_as_text(shop, function: docs.Function) -> None:
    """Wherever there are labels: no ENUM, and the same rows, which may be in no order."""
    example, call = function.text("Example"), docs.call_in(function, function.text("Example"))
    shop.execute("BEGIN")
    try:
        shop.execute(example)
        has_labels, rows = described(shop, call)
        assert has_labels == ("labels := 'enum'" in function.parameters)
        if has_labels:
            as_text = call.removesuffix(")") + ("" if call.endswith("()") else ", ") + "labels := 'text')"
            assert described(shop, as_text) == (False, rows)
    finally:
        shop.execute("ROLLBACK")


def test_another_kind_of_labels(shop) -> None:
    with pytest.raises(duckdb.Error, match="audience: customers: labels must be 'enum' or 'text', got txt"):
        shop.execute("FROM audience.customers('orders', customer_id, order_date, amount, labels := 'txt')")


def test_labels_of_a_prepared_call(shop) -> None:
    call = "SELECT DISTINCT typeof(importance_tier) FROM audience.customers('orders', customer_id, order_date, amount, labels := ?)"
    assert shop.execute(call, ["text"]).fetchall() == [("VARCHAR",)]


def test_text_in_parquet_and_back(shop, tmp_path) -> None:
    shop.execute(f"COPY (FROM audience.customers('orders', customer_id, order_date, amount, labels := 'text')) TO '{tmp_path}/c.parquet'")
    stored = f"SELECT count(*) FROM '{tmp_path}/c.parquet' WHERE audience.at_least(importance_tier, 'Frequent Buyer')"
    live = "SELECT count(*) FROM audience.customers('orders', customer_id, order_date, amount) WHERE importance_tier IN ('Frequent Buyer', 'VIP')"
    assert shop.execute(stored).fetchone() == shop.execute(live).fetchone()


def test_at_least_knows_every_label_with_an_order(shop) -> None:
    for kind in ("lifecycle_stage", "importance_tier"):
        pairs = f"(SELECT unnest(enum_range(NULL::audience.{kind})) AS a) CROSS JOIN (SELECT unnest(enum_range(NULL::audience.{kind})) AS b)"
        wrong = f"SELECT count(*) FROM {pairs} WHERE audience.at_least(a, b) IS DISTINCT FROM (a::audience.{kind} >= b::audience.{kind})"
        assert shop.execute(wrong).fetchone() == (0,)
