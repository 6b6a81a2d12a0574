"""audience.replenishment on strange lines and quantities, and that nothing but the lines decides."""

import random

import pytest

import support
from strange_lines import STRANGE

CALL = "'lines', customer_id, order_date, product"

CHECK = """
import sys
from support import *
con = connect()
con.execute(sys.argv[1])
for options in ("", ", within_days := 1", ", within_days := 36525", ", as_of := DATE '9999-12-31'", ", as_of := DATE '5881580-07-10'", ", quantity := (hash(order_date) % 7)::INTEGER - 1",
                ", quantity := CASE hash(order_date) % 5 WHEN 0 THEN 1e300 WHEN 1 THEN 1e-300 WHEN 2 THEN 'nan' WHEN 3 THEN NULL ELSE 1.5 END::DOUBLE"):
    rows = con.execute(f"FROM audience.replenishment('lines', customer_id, order_date, product{options})").fetchall()
    assert [row[:2] for row in rows] == sorted({row[:2] for row in rows})
    wanted = con.execute('''SELECT customer_id, product FROM lines WHERE isfinite(order_date) AND order_date <= current_date AND customer_id IS NOT NULL AND product IS NOT NULL
                            GROUP BY ALL HAVING count(DISTINCT order_date) > 1 ORDER BY ALL''').fetchall()
    assert "quantity" in options or [row[:2] for row in rows] == wanted or "as_of" in options
    for customer, product, times, last, last_quantity, usual_quantity, gap, due, overdue, next_order, probability, reason in rows:
        assert times > 1 and 0 < gap < float("inf") and 0 <= overdue and 0 <= probability <= 1, reason
        assert (last_quantity or 1) > 0 and (usual_quantity or 1) > 0 and f"Bought {times:,} times" in reason
assert con.execute("FROM audience.replenishment('lines', customer_id, order_date, product, as_of := DATE '1000-01-01', filter := order_date > DATE '1500-01-01')").fetchall() == []
"""


@pytest.mark.parametrize("name", STRANGE)
def test_strange_lines(run_isolated, name: str) -> None:
    # Python has no dates before Christ.
    tables, _ = STRANGE[name]
    code = CHECK.replace("FROM audience.replenishment(", "SELECT * REPLACE (last_bought_date::VARCHAR AS last_bought_date, due_date::VARCHAR AS due_date) FROM audience.replenishment(")
    run_isolated(code, tables)


def test_neither_the_order_nor_the_threads_nor_the_kind_of_relation_decide(run_isolated) -> None:
    run_isolated("""
from support import *
con = connect()
con.execute("CREATE TABLE demo AS FROM audience.demo_lines(customers := 800) WHERE status = 'completed' AND customer_id IS NOT NULL")
call = "customer_id, order_date, category, quantity := quantity"
expected = con.execute(f"FROM audience.replenishment('demo', {call})").fetchall()
assert len(expected) > 1000
con.execute("SET threads = 1")
assert con.execute(f"FROM audience.replenishment('demo', {call})").fetchall() == expected
con.execute("SET threads = 4; CREATE TABLE shuffled AS FROM demo ORDER BY hash(customer_id, order_date, quantity); CREATE VIEW seen AS FROM shuffled")
assert con.execute(f"FROM audience.replenishment('shuffled', {call})").fetchall() == expected
assert con.execute(f"FROM audience.replenishment('seen', {call})").fetchall() == expected
assert con.execute(f"WITH a AS (FROM shuffled) FROM audience.replenishment('a', {call})").fetchall() == expected
frame = con.execute("FROM shuffled").df()
assert con.execute(f"FROM audience.replenishment('frame', {call})").fetchall() == expected
# What comes after as_of is not looked at.
day = "DATE '2025-06-30'"
con.execute(f"CREATE TABLE past AS FROM demo WHERE order_date <= {day}")
assert con.execute(f"FROM audience.replenishment('demo', {call}, as_of := {day})").fetchall() == con.execute(f"FROM audience.replenishment('past', {call}, as_of := {day})").fetchall()
""")


def test_larger_quantities_last_longer_where_the_lines_say_so(con) -> None:
    """Everybody uses one unit in ten days, so twice as many units last twice as long."""
    draw = random.Random(7)
    rows = []
    for customer in range(400):
        day = draw.randrange(30)
        while day < 365:
            quantity = draw.choice((1, 2, 4))
            rows.append((customer, day, quantity))
            day += max(1, round(10 * quantity * draw.uniform(0.8, 1.25)))
    con.execute("CREATE TABLE lines(customer_id INTEGER, day INTEGER, quantity INTEGER)")
    con.executemany("INSERT INTO lines VALUES (?, ?, ?)", rows)
    means = dict(con.execute("""
        SELECT last_quantity, avg(due_date - last_bought_date)
        FROM audience.replenishment('lines', customer_id, DATE '2024-01-01' + day, 'coffee' || '', quantity := quantity) GROUP BY ALL""").fetchall())
    assert means[2.0] / means[1.0] == pytest.approx(2, rel=0.15)
    assert means[4.0] / means[2.0] == pytest.approx(2, rel=0.15)
    plain = dict(con.execute("""
        SELECT quantity, avg(due_date - last_bought_date)
        FROM audience.replenishment('lines', customer_id, DATE '2024-01-01' + day, 'coffee' || '')
        JOIN (SELECT customer_id, arg_max(quantity, day) AS quantity FROM lines GROUP BY ALL) USING (customer_id) GROUP BY ALL""").fetchall())
    assert plain[4] / plain[1] == pytest.approx(1, rel=0.15)


def test_options_are_checked_without_lines(con) -> None:
    con.execute("CREATE TABLE lines(customer_id INTEGER, order_date DATE, product VARCHAR)")
    assert con.execute(f"FROM audience.replenishment({CALL})").fetchall() == []
    with pytest.raises(support.duckdb.Error, match="replenishment: within_days must be"):
        con.execute(f"FROM audience.replenishment({CALL}, within_days := 1.5)")
