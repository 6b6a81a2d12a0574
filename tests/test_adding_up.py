"""What adds up over parts by plain SQL, as scale.md lists it: the sums over the parts are what the function counts at once."""

import re
from pathlib import Path

import duckdb
import pytest

import support

AS_OF = "as_of := DATE '2025-12-31'"
ORDERS = "'orders_{part}', customer_id, order_date"
LINES = "'lines_{part}', customer_id, order_date, product_id"
# The calls, with the number of the part.
CALLS = {
    "cohorts": f"cohorts({ORDERS}, amount, split_by := country, {AS_OF})",
    "backtest": f"backtest({ORDERS}, amount, DATE '2025-06-30', model := (SELECT model FROM fitted)) WHERE dimension = 'lifecycle_stage'",
    "order_gaps": f"order_gaps({ORDERS}, amount := amount, {AS_OF})",
    "lapse_threshold": f"lapse_threshold({ORDERS}, segment_by := country, {AS_OF})",
    "audience_summary": "audience_summary('members_{part}', 'customers_{part}', orders := 'orders_{part}', order_customer_id := customer_id, "
    f"order_date := order_date, amount := amount, {AS_OF}, interests := 'interests')",
    "audience_overlap": "audience_overlap('members_{part}', definitions := 'definitions')",
    "audience_products": f"audience_products('members_{{part}}', {LINES}, min_buyers := 1, {AS_OF})",
    "trigger_simulation": f"trigger_simulation({ORDERS}, amount, DATE '2025-06-01', DATE '2025-12-31', filter := status = 'completed', cap := 2, {AS_OF})",
    "trigger_results": f"trigger_results({ORDERS}, amount, 'log_{{part}}', {AS_OF})",
    "campaign_uplift": "campaign_uplift('campaign_{part}', held_out, converted, revenue)",
    "product_affinity": f"product_affinity({LINES}, min_together := 1, {AS_OF})",
}
# What is no number of cents: it adds up to a rounding.
MODELLED = {"customer_value", "expected_purchases", "expected_revenue", "expected_label_revenue"}
# A part of one customer, that of nobody too.
SPLITS = {1: "0", 4: "hash(customer_id) % 4", 7: "least(hash(customer_id) % 100, 6)"}
PARTED = ("orders", "lines", "customers", "members", "log", "campaign")


def listed() -> dict[str, tuple[list[str], list[str]]]:
    """The table of scale.md: by function what is added up, and by what."""
    text = (support.ROOT / "docs/scale.md").read_text().split("## What adds up\n")[1].split("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("| `")]
    return {row[0].strip("`"): (re.findall(r"`(\w+)`", row[1]), re.findall(r"`(\w+)`", row[2])) for row in rows}


LISTED = listed()


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as connection:
        # One customer alone ordered on the last days.
        connection.execute("""
            CREATE TABLE orders AS FROM audience.demo_orders() WHERE order_date < DATE '2025-12-20' OR customer_id = 1;
            INSERT INTO orders SELECT * REPLACE (NULL AS customer_id) FROM orders WHERE order_id % 50 = 0;
            INSERT INTO orders SELECT * REPLACE (DATE '2025-12-31' AS order_date, 1 AS customer_id) FROM orders LIMIT 1;
            CREATE TABLE fitted AS FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30');
            CREATE TABLE lines AS FROM audience.demo_lines(customers := 400) WHERE order_date < DATE '2025-12-20' OR customer_id = 1;
            CREATE TABLE customers AS FROM audience.customers('orders', customer_id, order_date, amount);
            CREATE TABLE members AS SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id FROM customers;
            INSERT INTO members VALUES ('one', 7), ('another', 8), ('another', 8), ('nobody', NULL);
            INSERT INTO members SELECT 'contacts', i FROM range(100000, 100020) r(i);
            CREATE TABLE definitions AS SELECT DISTINCT audience AS name FROM members;
            CREATE TABLE interests AS SELECT 'VIP' AS label, customer_id, hash(customer_id) % 997 / 7 AS expected_revenue FROM customers;
            CREATE TABLE log AS
            SELECT customer_id, rule, step, DATE '2025-12-01' + (hash(customer_id) % 15)::INTEGER AS sent_at, hash(customer_id) % 3 = 0 AS held_out
            FROM audience.trigger_due('orders', customer_id, order_date, as_of := DATE '2025-12-01', catch_up_days := 30);
            CREATE TABLE campaign AS SELECT customer_id, hash(customer_id) % 4 = 0 AS held_out, revenue > 100 AS converted, revenue FROM customers""")
        for name in PARTED:
            connection.execute(f"CREATE VIEW {name}_whole AS FROM {name}")
        yield connection


def rows(function: str, relation: str) -> str:
    """A query for the sums, in cents where it is money."""
    sums, keys = LISTED[function]
    money = {"revenue", "revenue_365_days", "realised_revenue"}
    added = [f'sum("{column}"{"::DECIMAL(38, 2)" if column in money else ""}) AS "{column}"' for column in sums if column not in MODELLED]
    return f"SELECT {', '.join(keys)}, {', '.join(added)} FROM {relation} GROUP BY ALL"


def differing(con: duckdb.DuckDBPyConnection, function: str, call: str, parts: int) -> tuple[int, int]:
    """How many rows there are at once, and how many sums over the parts are others."""
    for number in range(parts):
        for name in PARTED:
            con.execute(f"CREATE OR REPLACE TEMP TABLE {name}_{number} AS FROM {name} WHERE coalesce({SPLITS[parts]}, 0) = {number}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE whole AS FROM audience.{call.format(part='whole')}")
    con.execute("CREATE OR REPLACE TEMP TABLE parts AS " + " UNION ALL ".join(f"FROM audience.{call.format(part=number)}" for number in range(parts)))
    whole, found = rows(function, "whole"), rows(function, "parts")
    return con.execute(f"SELECT (SELECT count(*) FROM whole), count(*) FROM (({whole} EXCEPT ALL {found}) UNION ALL ({found} EXCEPT ALL {whole}))").fetchone()


def test_the_page_lists_what_is_called_here() -> None:
    assert list(LISTED) == list(CALLS)


@pytest.mark.parametrize("parts", SPLITS)
@pytest.mark.parametrize("function", CALLS)
def test_the_sums_over_parts_are_the_whole(con: duckdb.DuckDBPyConnection, function: str, parts: int) -> None:
    count, different = differing(con, function, CALLS[function], parts)
    assert count >= 2 and different == 0
    sums, keys = LISTED[function]
    known = " AND ".join(f'coalesce("{column}" > 0, false)' for column in sums)
    assert con.execute(f"SELECT count(*) > 0 FROM whole WHERE {known}").fetchone() == (True,)
    for column in MODELLED.intersection(sums):
        query = "SELECT {keys}, sum({column}) FROM {relation} GROUP BY ALL ORDER BY ALL"
        whole, found = (con.execute(query.format(keys=", ".join(keys), column=column, relation=relation)).fetchall() for relation in ("whole", "parts"))
        assert [row[0] for row in found] == [row[0] for row in whole]
        assert [row[-1] for row in found] == pytest.approx([row[-1] for row in whole], rel=1e-12)


def test_without_a_common_model_a_backtest_does_not_add_up(con: duckdb.DuckDBPyConnection) -> None:
    assert differing(con, "backtest", CALLS["backtest"].replace("(SELECT model FROM fitted)", "NULL"), 4)[1] > 0


@pytest.mark.parametrize("function", ["cohorts", "audience_summary", "trigger_simulation", "trigger_results"])
def test_without_a_common_day_they_are_not(con: duckdb.DuckDBPyConnection, function: str) -> None:
    assert differing(con, function, CALLS[function].replace(AS_OF, "as_of := NULL"), 7)[1] > 0


def test_quotients_of_sums_are_the_rates(con: duckdb.DuckDBPyConnection) -> None:
    for function, keys, rate in [
        ("cohorts", "split, cohort, age", "sum(retained) / sum(customers), retention"),
        ("backtest", "dimension, bucket", "(sum(realised_return_rate * customers) / sum(customers))::FLOAT, realised_return_rate::FLOAT"),
        ("audience_overlap", "audience_a, audience_b", 'sum("both") / nullif(sum(customers_a) + sum(customers_b) - sum("both"), 0), jaccard'),
        ("trigger_simulation", "rule, step", "sum(conversions) / nullif(sum(observed), 0), conversion_rate"),
        ("trigger_simulation", "rule, step", "sum(base_conversions) / nullif(sum(base_days), 0), base_rate"),
        ("trigger_results", "rule, step", "sum(conversions) / nullif(sum(observed), 0), conversion_rate"),
        ("trigger_results", "rule, step", "sum(holdout_conversions) / nullif(sum(holdout_observed), 0), holdout_rate"),
    ]:
        differing(con, function, CALLS[function], 4)
        quotient, column = rate.rsplit(", ", 1)
        wanted = con.execute(f"SELECT {keys}, {column} FROM whole ORDER BY ALL").fetchall()
        assert con.execute(f"SELECT {keys}, {quotient} FROM parts GROUP BY ALL ORDER BY ALL").fetchall() == wanted
        assert any(row[-1] for row in wanted)
