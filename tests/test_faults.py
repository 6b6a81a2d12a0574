"""Bad input: a documented result or one clear error, never a crash and never a wrong number.

Each case runs in a process of its own, because a crash would take the other tests with it.
"""

import pytest

EMPTY = "CREATE TABLE orders(customer_id INTEGER, order_date DATE, amount DOUBLE)"

# Tables of orders on which everything in tests/invariants.py must hold.
TABLES = {
    "empty": EMPTY,
    "only NULL": f"{EMPTY}; INSERT INTO orders VALUES (NULL, NULL, NULL), (1, NULL, 5), (NULL, '2024-01-01', 5)",
    "NULL among values": f"""{EMPTY}; INSERT INTO orders VALUES (NULL, NULL, NULL), (1, NULL, 5), (NULL, '2024-01-01', 5),
        (1, '2024-01-01', NULL), (2, '2024-01-05', 7), (2, '2024-03-01', NULL), (3, NULL, NULL)""",
    "one customer": f"{EMPTY}; INSERT INTO orders SELECT 1, DATE '2024-01-01' + 30 * i::INTEGER, 10 FROM range(9) r(i)",
    "one order": f"{EMPTY}; INSERT INTO orders VALUES (1, '2024-01-01', 10)",
    "one-time buyers": f"{EMPTY}; INSERT INTO orders SELECT i, DATE '2024-01-01' + (i % 90)::INTEGER, 10 FROM range(5000) r(i)",
    "same-day orders": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01', 10 FROM range(500) r(i)",
    "identical customers": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01' + 30 * (i // 50)::INTEGER, 10 FROM range(500) r(i)",
    "all refunds": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01' + i::INTEGER, -10 FROM range(500) r(i)",
    "refunds exceed revenue": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01' + i::INTEGER, CASE WHEN i % 3 = 0 THEN 5 ELSE -20 END FROM range(500) r(i)",
    "free orders": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01' + i::INTEGER, 0 FROM range(500) r(i)",
    "no amounts": f"{EMPTY}; INSERT INTO orders SELECT i % 50, DATE '2024-01-01' + i::INTEGER, NULL FROM range(500) r(i)",
    "5,000 orders": f"""{EMPTY}; INSERT INTO orders SELECT 1, DATE '2010-01-01' + i::INTEGER, 10 FROM range(5000) r(i);
        INSERT INTO orders SELECT 2 + i % 50, DATE '2023-01-01' + (i * 37 % 300)::INTEGER, 10 FROM range(150) r(i)""",
    "years 1 and 9999": f"{EMPTY}; INSERT INTO orders VALUES (1, '0001-01-01', 5), (1, '2024-01-01', 5), (2, '0001-01-01', 5), (3, '9999-12-31', 5), (4, '2024-02-01', 5), (4, '9999-12-31', 5)",
    "before Christ": f"{EMPTY}; INSERT INTO orders VALUES (1, '4000-01-01 (BC)', 5), (1, '2024-01-01', 5), (2, '5877642-06-25 (BC)', 5)",
    "a pre-order": f"{EMPTY}; INSERT INTO orders SELECT i, current_date - (i % 40)::INTEGER, 5 FROM range(200) r(i); INSERT INTO orders VALUES (7, '9999-01-01', 5)",
    "infinite dates": f"{EMPTY}; INSERT INTO orders VALUES (1, 'infinity', 5), (1, '-infinity', 5), (1, '2024-01-01', 5), (2, 'infinity', 5), (3, '-infinity', 5), (4, '2024-02-01', 5)",
    "infinite timestamps": "CREATE TABLE orders AS SELECT 1 AS customer_id, unnest(['infinity', '-infinity', '2024-01-01 23:59:59.999999', '2024-01-02']::TIMESTAMP[]) AS order_date, 5.0 AS amount",
    "NaN and infinite amounts": f"{EMPTY}; INSERT INTO orders VALUES (1, '2024-01-01', 'NaN'), (1, '2024-02-01', 'inf'), (2, '2024-01-01', '-inf'), (2, '2024-03-01', 8), (3, '2024-01-01', 'NaN')",
    "amounts of 1e300": f"{EMPTY}; INSERT INTO orders SELECT i % 7, DATE '2024-01-01' + i::INTEGER, 1e300 FROM range(70) r(i)",
    "tiny amounts": f"{EMPTY}; INSERT INTO orders SELECT i % 7, DATE '2024-01-01' + i::INTEGER, 1e-300 FROM range(70) r(i)",
    "texts as dates": "CREATE TABLE orders AS SELECT i % 5 AS customer_id, (DATE '2024-01-01' + i::INTEGER)::VARCHAR AS order_date, 5.0 AS amount FROM range(50) r(i)",
    "columns named like ours": """CREATE TABLE plain AS SELECT i % 9 AS customer_id, DATE '2024-01-01' + 3 * i::INTEGER AS order_date, i::DOUBLE AS amount FROM range(90) r(i);
        CREATE TABLE orders AS SELECT *, 'x' AS as_of, 1 AS filter, 'm' AS model, 'p' AS peer_group, -1 AS just_ordered_days, 2 AS horizon_days, 'z' AS purchases,
        NULL AS revenue, 'h' AS history, 0 AS silence_days, 'o' AS orders FROM plain""",
}

# Calls on a sound table of orders that must fail, and a word of the message.
ERRORS = {
    "misspelt table": ("customers('ordrs', customer_id, order_date, amount)", "ordrs"),
    "misspelt column": ("customers('orders', custmer_id, order_date, amount)", "custmer_id"),
    "misspelt option": ("customers('orders', customer_id, order_date, amount, as_off := NULL)", "as_of := NULL"),
    "misspelt function": ("custmers('orders', customer_id, order_date, amount)", "custmers"),
    "text where a date belongs": ("customers('orders', customer_id, status, amount)", "completed"),
    "number where a date belongs": ("customers('orders', customer_id, amount, amount)", "DATE"),
    "boolean where an amount belongs": ("customers('orders', customer_id, order_date, status = 'completed')", ""),
    "text where an amount belongs": ("customers('orders', customer_id, order_date, status)", ""),
    "forgotten filter :=": ("customers('orders', customer_id, order_date, amount, status = 'completed')", ""),
    "forgotten filter := in a tier": ("importance_tier('orders', customer_id, order_date, amount, status = 'completed')", ""),
    "text as as_of": ("customers('orders', customer_id, order_date, amount, as_of := 'yesterday')", "yesterday"),
    "filter over no column": ("customers('orders', customer_id, order_date, amount, filter := statsu = 'completed')", "statsu"),
    "negative just_ordered_days": ("customers('orders', customer_id, order_date, amount, just_ordered_days := -1)", "just_ordered_days"),
    "negative just_ordered_days in stages": ("lifecycle_stage('orders', customer_id, order_date, just_ordered_days := -1)", "just_ordered_days"),
    "negative horizon_days": ("customers('orders', customer_id, order_date, amount, horizon_days := -1)", "horizon_days"),
    "zero horizon_days": ("customers('orders', customer_id, order_date, amount, horizon_days := 0)", "horizon_days"),
    "huge just_ordered_days": ("lifecycle_stage('orders', customer_id, order_date, just_ordered_days := 2147483647)", "just_ordered_days"),
    "NULL horizon_days": ("customers('orders', customer_id, order_date, amount, horizon_days := NULL)", "horizon_days"),
    "text as days": ("customers('orders', customer_id, order_date, amount, just_ordered_days := 'a month')", "a month"),
    "one bin": ("rfm('orders', customer_id, order_date, amount, bins := 1)", "bins"),
    "too many bins": ("rfm('orders', customer_id, order_date, amount, bins := 1000)", "bins"),
    "NULL bins": ("rfm('orders', customer_id, order_date, amount, bins := NULL)", "bins"),
    "a grid with gaps": ("rfm('orders', customer_id, order_date, amount, grid := [{'name': 'all', 'r_min': 1, 'r_max': 4, 'f_min': 1, 'f_max': 5}])", "grid"),
    "a grid with overlaps": (
        "rfm('orders', customer_id, order_date, amount, grid := [{'name': 'all', 'r_min': 1, 'r_max': 5, 'f_min': 1, 'f_max': 5}, {'name': 'twice', 'r_min': 5, 'r_max': 5, 'f_min': 5, 'f_max': 5}])",
        "grid",
    ),
    "a number as model": ("customers('orders', customer_id, order_date, amount, model := 3)", "model must be the STRUCT of audience.purchase_model, such as (SELECT model FROM saved), got 3"),
    "a text as model": ("customers('orders', customer_id, order_date, amount, model := 'saved')", "model must be the STRUCT of audience.purchase_model, such as (SELECT model FROM saved), got saved"),
    "a whole row as model": ("customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30', model := (SELECT m FROM audience.purchase_model('orders', customer_id, order_date) AS m))", "model must be the column model of audience.purchase_model, got its whole row"),
    "a model without a day": ("customers('orders', customer_id, order_date, amount, model := (SELECT model FROM audience.purchase_model('orders', customer_id, order_date)))", "customers: as_of must be given with a model"),
    "a foreign STRUCT as model": ("customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30', model := {'r': 1.0})", "customers: model needs alpha, got NULL"),
    "an impossible model": (
        "customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30', model := {'r': -1.0::DOUBLE, 'alpha': 0.0::DOUBLE, 'a': 1.0::DOUBLE, 'b': 1.0::DOUBLE, 'typical_gap_days': 60.0::DOUBLE, 'order_value': 1.0::DOUBLE})",
        "model",
    ),
    "a model of NaN": (
        "lifecycle_stage('orders', customer_id, order_date, as_of := DATE '2025-06-30', model := {'r': 'nan'::DOUBLE, 'alpha': 9.0::DOUBLE, 'a': 1.0::DOUBLE, 'b': 1.0::DOUBLE, 'typical_gap_days': 60.0::DOUBLE, 'order_value': 1.0::DOUBLE})",
        "model",
    ),
    "negative customers": ("demo_orders(customers := -5)", "customers"),
}

# The same errors on an empty table, where a predicate over rows would never be reached.
ERRORS_ON_EMPTY = ("negative just_ordered_days", "negative horizon_days", "one bin", "too many bins", "a grid with gaps")

# Options that look wrong and have a documented meaning: the call, and a condition that holds for its result.
RESULTS = {
    "as_of before every order": ("customers('orders', customer_id, order_date, amount, as_of := DATE '1990-01-01')", "count(*) = 0"),
    "as_of before every order in rfm": ("rfm('orders', customer_id, order_date, amount, as_of := DATE '1990-01-01')", "count(*) = 0"),
    "as_of NULL": ("customers('orders', customer_id, order_date, amount, as_of := NULL)", "count(*) = 200"),
    "as_of far ahead": ("customers('orders', customer_id, order_date, amount, as_of := DATE '9999-12-31')", "count(*) = 200 AND bool_and(lifecycle_stage = 'Lost')"),
    "as_of as text": ("customers('orders', customer_id, order_date, amount, as_of := '2024-06-01')", "max(last_order_date) <= DATE '2024-06-01'"),
    "NULL just_ordered_days": ("customers('orders', customer_id, order_date, amount, just_ordered_days := NULL)", "count(*) FILTER (lifecycle_stage = 'Just Ordered') > 0"),
    "zero just_ordered_days": ("customers('orders', customer_id, order_date, amount, just_ordered_days := 0)", "count(*) FILTER (lifecycle_stage = 'Just Ordered' AND silence_days > 0) = 0"),
    "huge just_ordered_days": ("customers('orders', customer_id, order_date, amount, just_ordered_days := 3650)", "count(*) FILTER (lifecycle_stage IN ('Active', 'Lost')) = 0"),
    "filter that removes all": ("customers('orders', customer_id, order_date, amount, filter := false)", "count(*) = 0"),
    "filter that is NULL": ("customers('orders', customer_id, order_date, amount, filter := NULL)", "count(*) = 0"),
    "filter on a column": ("customers('orders', customer_id, order_date, amount, filter := status = 'completed')", "count(*) BETWEEN 1 AND 200"),
    "peer_group of NULLs": ("customers('orders', customer_id, order_date, amount, peer_group := CASE WHEN customer_id > 100 THEN 'late' END)", "count(*) = 200"),
    "no demo customers": ("demo_orders(customers := 0)", "count(*) = 0"),
}

PRELUDE = """
import sys
import duckdb, invariants
from support import *
con = connect()
def sound():
    make_orders(con, 200)
    con.execute("ALTER TABLE orders ADD COLUMN status VARCHAR; UPDATE orders SET status = CASE WHEN amount > 3 THEN 'completed' ELSE 'cancelled' END")
"""

FAILS = """
try:
    rows = con.execute(f'FROM audience.{sys.argv[1]}').fetchall()
except duckdb.Error as error:
    assert type(error) not in (duckdb.InternalException, duckdb.FatalException), error
    assert sys.argv[2].lower() in str(error).lower(), error
else:
    raise AssertionError(f'no error but {len(rows)} rows, the first {rows[:1]}')
assert con.execute("SELECT count(*) FROM audience.demo_orders(customers := 2)").fetchone()[0] >= 0
"""


@pytest.mark.parametrize("name", TABLES)
def test_strange_tables(run_isolated, name: str) -> None:
    as_of = "'2024-12-31'::DATE"
    run_isolated(PRELUDE + f"con.execute(sys.argv[1]); invariants.check(con); invariants.check(con, as_of={as_of!r})", TABLES[name])


@pytest.mark.parametrize("name", ERRORS)
def test_errors(run_isolated, name: str) -> None:
    run_isolated(PRELUDE + "sound()" + FAILS, *ERRORS[name])


@pytest.mark.parametrize("name", ERRORS_ON_EMPTY)
def test_errors_on_an_empty_table(run_isolated, name: str) -> None:
    run_isolated(PRELUDE + f"con.execute({EMPTY!r})" + FAILS, *ERRORS[name])


@pytest.mark.parametrize("name", RESULTS)
def test_documented_results(run_isolated, name: str) -> None:
    code = "sound(); assert con.execute(f'SELECT {sys.argv[2]} FROM audience.{sys.argv[1]}').fetchone() == (True,)"
    run_isolated(PRELUDE + code, *RESULTS[name])


def test_a_pre_order_does_not_move_the_clock(con) -> None:
    con.execute(TABLES["a pre-order"])
    stages = "SELECT count(*) FILTER (lifecycle_stage = 'Lost'), max(last_order_date) <= current_date FROM audience.{}"
    for call in ("customers('orders', customer_id, order_date, amount)", "lifecycle_stage('orders', customer_id, order_date)"):
        assert con.execute(stages.format(call)).fetchone() == (0, True)


def test_the_sum_of_huge_amounts_is_no_wrong_number(run_isolated) -> None:
    """1e308 twice is beyond a DOUBLE: infinity or an error, but no NaN and no crash."""
    code = """
con.execute("CREATE TABLE orders AS SELECT 1 AS customer_id, DATE '2024-01-01' + i::INTEGER AS order_date, 1e308 AS amount FROM range(5) r(i)")
try:
    rows = con.execute("SELECT count(*) FROM audience.customers('orders', customer_id, order_date, amount) WHERE isnan(revenue) OR isnan(customer_value)").fetchone()
except duckdb.Error as error:
    assert type(error) not in (duckdb.InternalException, duckdb.FatalException), error
else:
    assert rows == (0,)
"""
    run_isolated(PRELUDE + code)
