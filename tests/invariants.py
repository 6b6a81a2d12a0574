"""What holds for every table function on every table of orders, however strange."""

import math

import duckdb

PURCHASES = """
    SELECT DISTINCT customer_id FROM {orders}
    WHERE customer_id IS NOT NULL AND isfinite(order_date::DATE) AND order_date::DATE <= coalesce({as_of}, current_date)
      AND (amount IS NULL OR NOT isfinite(amount::DOUBLE) OR amount >= 0)"""
WITH_AMOUNT = ("customers", "importance_tier", "rfm")
ON_A_DAY = ("overview", "value_risk")
POSITIVE = ("silence_days", "usual_gap_days", "expected_purchases", "expected_revenue", "customer_value", "recency_days")
PROBABILITIES = ("alive_probability", "return_probability")


def table(con: duckdb.DuckDBPyConnection, name: str, orders: str, as_of: str, **options: str):
    amount = ", amount" if name in WITH_AMOUNT + ON_A_DAY else ""
    named = "".join(f", {key} := {value}" for key, value in {"as_of": as_of, **options}.items())
    return con.execute(f"FROM audience.{name}('{orders}', customer_id, order_date{amount}{named})").fetchall(), [
        column[0] for column in con.description
    ]


def check_numbers(name: str, columns: list[str], rows: list[tuple]) -> None:
    for row in rows:
        values = dict(zip(columns, row))
        for column, value in values.items():
            if isinstance(value, float):
                assert math.isfinite(value), f"{name}.{column} is {value} in {values}"
        for column in PROBABILITIES:
            if values.get(column) is not None:
                assert 0 <= values[column] <= 1, f"{name}.{column} is {values[column]}"
        for column in POSITIVE:
            if values.get(column) is not None:
                assert values[column] >= 0, f"{name}.{column} is {values[column]}"
        for column in ("lifecycle_stage", "importance_tier", "purchases", "reason", "alive_probability"):
            if column in values:
                assert values[column] is not None, f"{name}.{column} is NULL in {values}"


def check(con: duckdb.DuckDBPyConnection, orders: str = "orders", as_of: str = "NULL") -> None:
    """Every customer with a purchase exactly once, all numbers finite, and the functions agree."""
    wanted = [row[0] for row in con.execute(PURCHASES.format(orders=orders, as_of=as_of) + " ORDER BY 1").fetchall()]
    results = {}
    for name in (*WITH_AMOUNT, "lifecycle_stage"):
        options = {"amount": "amount"} if name == "lifecycle_stage" else {}
        rows, columns = table(con, name, orders, as_of, **options)
        found = sorted((row[0] for row in rows), key=wanted.index) if {row[0] for row in rows} <= set(wanted) else rows
        assert found == wanted, f"{name}: customers {found} instead of {wanted}"
        check_numbers(name, columns, rows)
        results[name] = {row[0]: dict(zip(columns, row)) for row in rows}

    for customer, values in results["customers"].items():
        for other in ("lifecycle_stage", "importance_tier"):
            for column in values.keys() & results[other][customer].keys() - {"reason"}:
                assert values[column] == results[other][customer][column], f"{other}.{column} of {customer!r}"

    # With purchases as the target, everyone bought it on each of their purchase days.
    target = "amount IS NULL OR NOT isfinite(amount::DOUBLE) OR amount >= 0"
    try:
        bought = con.execute(f"FROM audience.bought('{orders}', customer_id, order_date, {target}, as_of := {as_of})").fetchall()
    except duckdb.InvalidInputException as error:
        assert "bought: target holds for no order line" in str(error) and not wanted, error
        bought = []
    assert {row[0] for row in bought} >= set(wanted)
    for customer, *found in bought:
        values = results["lifecycle_stage"].get(customer, {"purchases": 0, "first_order_date": None, "last_order_date": None})
        expected = [values[column] for column in ("purchases", "first_order_date", "last_order_date")]
        assert found == [expected[0] > 0, *expected], f"bought of {customer!r}"

    rows, columns = table(con, "purchase_model", orders, as_of, amount="amount")
    assert len(rows) <= 1, "purchase_model gives one row"
    check_numbers("purchase_model", columns, rows)
    if rows:
        assert dict(zip(columns, rows[0]))["customers"] == len(wanted)

    rows, columns = table(con, "overview", orders, as_of)
    assert len(rows) == 5, "overview gives four stages and all customers"
    counted = [dict(zip(columns, row)) for row in rows]
    for row in counted:
        assert all(math.isfinite(value) for value in row.values() if isinstance(value, float)), f"overview gives {row}"
        here = [values for values in results["customers"].values() if row["lifecycle_stage"] in (None, values["lifecycle_stage"])]
        assert row["customers"] == len(here), f"overview counts {row}"
    rows, columns = table(con, "value_risk", orders, as_of)
    assert sum(dict(zip(columns, row))["customers"] for row in rows) == 4 * len(wanted), "each customer in a cell and in three sums"
    (page,) = con.execute(f"FROM audience.report('{orders}', customer_id, order_date, amount, as_of := {as_of})").fetchone()
    assert page.startswith(b"<!DOCTYPE html>") and page.rstrip().endswith(b"</html>")
