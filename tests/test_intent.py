"""Purchase intent: against its formulas written a second time, its laws, and bad input."""

import datetime
import math
import re
import random

import duckdb
import pytest

import intent_oracle
import support
from strange_lines import PLENTY, STRANGE

DEMO = "'demo', customer_id, order_date, product_id"
CALL = "'lines', customer_id, order_date, product"
EPOCH = datetime.date(1970, 1, 1).toordinal()
FIRST = datetime.date(2024, 1, 1).toordinal() - EPOCH


@pytest.fixture(scope="module")
def shop(extension_path):
    """Read only."""
    with support.connect() as con:
        con.execute("CREATE TABLE demo AS FROM audience.demo_lines(customers := 400) WHERE status = 'completed'")
        yield con


def make_lines(con: duckdb.DuckDBPyConnection, lines: list[tuple]) -> None:
    """(customer, product, day, label), in this order."""
    columns = [list(column) for column in zip(*lines)]
    con.execute(
        """CREATE OR REPLACE TABLE lines AS
        SELECT unnest(?::INTEGER[]) AS customer_id, unnest(?::VARCHAR[]) AS product, DATE '1970-01-01' + unnest(?::INTEGER[]) AS order_date, unnest(?::VARCHAR[]) AS label""",
        columns,
    )


def random_lines(seed: int) -> list[tuple]:
    """Customers with a taste for some labels; products with none, one or two labels; lines without a product."""
    chance = random.Random(seed)
    products = [f"p{number:02}" for number in range(chance.choice((8, 25, 60)))]
    labels = {product: chance.choice([["A"], ["A", "B"], ["B"], ["C"], [None]]) for product in products}
    lines = []
    for customer in range(chance.choice((15, 60, 150))):
        liked = chance.sample(products, 5)
        for _ in range(chance.randint(1, 8)):
            day = FIRST + chance.randrange(400)
            for _ in range(chance.randint(1, 4)):
                product = chance.choice(liked if chance.random() < 0.7 else products)
                if chance.random() < 0.03:
                    lines.append((customer, None, day, chance.choice(["A", None])))
                else:
                    lines.append((customer, product, day, chance.choice(labels[product])))
    return lines


def as_oracle(lines: list[tuple]) -> list[tuple]:
    return [(customer, product, day, {label}) for customer, product, day, label in lines]


def dictionaries(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    """The rows, in order of their first columns."""
    cursor = con.execute(f"FROM ({sql}) ORDER BY ALL")
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row)) for row in cursor.fetchall()]


def if_any_line(con: duckdb.DuckDBPyConnection, sql: str, *meant: str) -> list[dict] | None:
    """None where one of `meant` holds for no line up to the day, which is an error of ours, and only there."""
    try:
        return dictionaries(con, sql)
    except duckdb.InvalidInputException as error:
        assert re.search("audience: \\w+: (\\w+ holds for no order line|label is NULL)", str(error)), error
    as_of = re.search(r"as_of := (DATE '[^']*')", sql)
    known = f"customer_id IS NOT NULL AND product IS NOT NULL AND isfinite(order_date) AND order_date <= {as_of[1] if as_of else 'current_date'}"
    counts = [con.execute(f"SELECT count(*) FROM lines WHERE {known} AND ({condition})").fetchone() for condition in meant]
    assert (0,) in counts, sql
    return None


def check_ranks(rows: list[dict]) -> None:
    by_rank = sorted(rows, key=lambda row: row["rank"])
    assert [row["rank"] for row in by_rank] == list(range(1, len(rows) + 1))
    assert by_rank == sorted(rows, key=lambda row: (-row["score"], row["customer_id"]))


def check_sound(rows: list[dict]) -> None:
    """What holds for one label on any data."""
    check_ranks(rows)
    for row in rows:
        assert math.isfinite(row["score"])
        assert row["has_bought"] == (row["last_bought_date"] is not None)
        assert (row["probability"] is None) == (row["lift"] is None) == (row["evidence"] == "none")
        if row["probability"] is not None:
            assert 0 < row["probability"] < 1 and row["lift"] > 0
        assert "nan" not in row["reason"].lower() and "inf " not in row["reason"]
        weights = [reason["weight"] for reason in row["because"]]
        assert len(weights) <= 3 and weights == sorted(weights, reverse=True) and all(weight > 0 for weight in weights)
        assert all(3 <= reason["co_buyers"] <= reason["buyers"] for reason in row["because"])
    for column in ("lift", "lift_among_new"):
        lifts = [row[column] for row in rows if row[column] is not None]
        assert not lifts or sum(lifts) / len(lifts) == pytest.approx(1, rel=1e-3)
    assert all((row["lift_among_new"] is None) == (row["has_bought"] or row["lift"] is None) for row in rows)
    check_shares(rows)


def check_shares(rows: list[dict]) -> None:
    """Of the buyers to expect among all rows, those up to each rank."""
    known = [row for row in sorted(rows, key=lambda row: row["rank"]) if row["probability"] is not None]
    total = math.fsum(row["probability"] for row in known)
    shares = [math.fsum(row["probability"] for row in known[: place + 1]) / total for place in range(len(known))]
    assert [row["cumulative_buyer_share"] for row in known] == pytest.approx(shares, rel=1e-12)
    assert not known or known[-1]["cumulative_buyer_share"] == 1
    assert all((row["cumulative_buyer_share"] is None) == (row["probability"] is None) for row in rows)


def check_against_oracle(rows: list[dict], expected: dict) -> None:
    assert [row["customer_id"] for row in rows] == sorted(expected)
    for row in rows:
        wish = expected[row["customer_id"]]
        assert row["score"] == pytest.approx(wish.score, abs=1e-4)
        assert (row["evidence"], row["years_on_record"]) == (wish.evidence, wish.years_on_record)
        if wish.probability is None:
            assert row["probability"] is None and row["lift"] is None
        else:
            assert row["probability"] == pytest.approx(wish.probability, rel=1e-4)
            assert row["lift"] == pytest.approx(wish.lift, rel=2e-4)
        assert row["has_bought"] == (wish.times > 0)
        assert row["last_bought_date"] == (datetime.date.fromordinal(wish.last + EPOCH) if wish.last is not None else None)
        # Of equal weights either may be named: sums are rounded differently.
        assert [reason["weight"] for reason in row["because"]] == pytest.approx([reason[3] for reason in wish.because], rel=1e-6)
        named = {reason["product"] for reason in row["because"]}
        assert len(named) == len(row["because"])
        for reason, other in zip(row["because"], wish.because):
            if reason["product"] == other[0]:
                assert (reason["buyers"], reason["co_buyers"]) == other[1:3]
            else:
                assert wish.parts[reason["product"]] == pytest.approx(other[3], rel=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_random_shops_against_the_oracle(con, seed: int) -> None:
    lines = random_lines(seed)
    make_lines(con, lines)
    chance = random.Random(-seed)
    horizon = chance.choice((1, 14, 60, 90))
    # Between the lines, at the last, and long after it.
    now = FIRST + chance.choice((200, 300, 399, 399, 399 + 10 * horizon))
    as_of = datetime.date.fromordinal(now + EPOCH)
    rows = dictionaries(con, f"FROM audience.interests({CALL}, label, as_of := DATE '{as_of}', horizon_days := {horizon})")
    labels = sorted({label for _, _, day, label in lines if label is not None and day <= now})
    assert [row["label"] for row in rows] == sorted(row["label"] for row in rows)
    assert labels == sorted({row["label"] for row in rows}) and len(labels) >= 2
    for label in labels:
        of_label = [row for row in rows if row["label"] == label]
        check_sound(of_label)
        check_against_oracle(of_label, intent_oracle.wishes(as_oracle(lines), label, now, horizon))


@pytest.mark.parametrize("seed", range(6))
def test_expected_revenue_against_the_oracle(con, seed: int) -> None:
    """Also of free lines, refunds, amounts that are missing or no numbers, and lines that are there twice."""
    lines = random_lines(seed)
    make_lines(con, lines)
    chance = random.Random(seed)
    amounts = [chance.choice((None, float("nan"), 0.0, -3.0, *(round(chance.lognormvariate(3, 1.5), 2) for _ in range(9)))) for _ in lines]
    con.execute("CREATE TABLE spent AS FROM lines POSITIONAL JOIN (SELECT unnest(?::DOUBLE[]) AS amount)", [amounts])
    now, horizon = FIRST + 399, chance.choice((14, 60, 90))
    as_of = datetime.date.fromordinal(now + EPOCH)
    call = f"audience.interests('spent', customer_id, order_date, product, label, as_of := DATE '{as_of}', horizon_days := {horizon}"
    rows = dictionaries(con, f"FROM {call}, amount := amount)")
    plain = dictionaries(con, f"FROM {call})")
    assert [row | {"expected_revenue": None} for row in rows] == plain
    known = [(*line, None if amount is None or math.isnan(amount) else amount) for line, amount in zip(as_oracle(lines), amounts)]
    for label in {row["label"] for row in rows}:
        found = intent_oracle.wishes(as_oracle(lines), label, now, horizon)
        expected = intent_oracle.expected_revenue(known, label, now, horizon, found)
        of_label = [row for row in rows if row["label"] == label]
        assert {row["customer_id"]: row["expected_revenue"] for row in of_label} == pytest.approx(expected, rel=2e-4)
        one = f"FROM audience.interested_in('spent', customer_id, order_date, product, label = '{label}', as_of := DATE '{as_of}', horizon_days := {horizon}, amount := amount)"
        assert dictionaries(con, one) == [{name: value for name, value in row.items() if name != "label"} for row in of_label]
    assert any(row["expected_revenue"] for row in rows)


def test_one_mistyped_amount_sets_nobody_elses_revenue(shop) -> None:
    sums = "SELECT label, sum(expected_revenue) FROM audience.interests('{}', customer_id, order_date, product_id, category, amount := amount) GROUP BY label ORDER BY label"
    shop.execute("CREATE OR REPLACE TEMP TABLE mistyped AS SELECT * REPLACE (CASE WHEN row_number() OVER (PARTITION BY category ORDER BY order_id, product_id) = 1 THEN 10_000 * amount ELSE amount END AS amount) FROM demo")
    right, wrong = (dict(shop.execute(sums.format(lines)).fetchall()) for lines in ("demo", "mistyped"))
    # Of Bicycles there are 60 purchases, of Repellents 500.
    assert all(1 <= wrong[label] / right[label] < 1.7 for label in right) and wrong["Repellents"] < 1.02 * right["Repellents"]


@pytest.mark.parametrize("label", ["Tents", "Coffee", "Cookware"])
def test_demo_shop_against_the_oracle(shop, label: str) -> None:
    lines = shop.execute("SELECT customer_id, product_id, order_date - DATE '1970-01-01', category FROM demo WHERE customer_id IS NOT NULL").fetchall()
    rows = dictionaries(shop, f"FROM audience.interested_in({DEMO}, category = '{label}', as_of := DATE '2025-09-01')")
    now = datetime.date(2025, 9, 1).toordinal() - EPOCH
    check_sound(rows)
    check_against_oracle(rows, intent_oracle.wishes(as_oracle(lines), label, now, 60))
    assert {row["evidence"] for row in rows} <= {"ok", "low"} and sum(bool(row["because"]) for row in rows) > len(rows) / 2


# == Laws


def test_one_target_is_one_label(con) -> None:
    """Exactly, also where a product has several labels and several names."""
    make_lines(con, random_lines(3))
    con.execute("ALTER TABLE lines ADD COLUMN name VARCHAR; UPDATE lines SET name = product || CASE WHEN label = 'A' THEN ' old' WHEN customer_id % 3 = 0 THEN ' new' ELSE ' now' END")
    for label in "ABC":
        one = f"FROM audience.interested_in({CALL}, label = '{label}', name := name) ORDER BY customer_id"
        many = f"SELECT * EXCLUDE (label) FROM audience.interests({CALL}, label, name := name) WHERE label = '{label}' ORDER BY customer_id"
        found = con.execute(one).fetchall()
        assert found == con.execute(many).fetchall() and len(found) > 50


def test_many_labels_come_in_batches(con) -> None:
    """Of 64: the first, the last and those around the borders are what they are alone."""
    con.execute("""
        CREATE TABLE lines AS SELECT i % 90 AS customer_id, DATE '2024-01-01' + (i * 7 % 300)::INTEGER AS order_date, hash(i) % 211 AS product,
               format('l{:03}', hash(i) % 211 % 150) AS label FROM range(3000) r(i)""")
    names = [name for (name,) in con.execute("SELECT DISTINCT label FROM lines ORDER BY label").fetchall()]
    assert len(names) > 96
    con.execute(f"CREATE TABLE found AS FROM audience.interests({CALL}, label)")
    assert con.execute("SELECT count(*), count(DISTINCT label) FROM found").fetchone() == (90 * len(names), len(names))
    for label in [names[at] for at in (0, 1, 63, 64, 65, -1)]:
        one = con.execute(f"FROM audience.interested_in({CALL}, label = '{label}') ORDER BY customer_id").fetchall()
        assert one == con.execute(f"SELECT * EXCLUDE (label) FROM found WHERE label = '{label}' ORDER BY customer_id").fetchall()


def test_the_most_frequent_name_counts_all_labels(con) -> None:
    """Of a product with several labels, too: 'often' has fewer lines than 'rare' under each label but one."""
    con.execute("""
        CREATE TABLE lines AS
        SELECT i % 40 AS customer_id, DATE '2024-01-01' + (i % 97)::INTEGER AS order_date, CASE WHEN i < 80 THEN 'p' ELSE 's' END AS product,
               CASE WHEN i >= 80 THEN 'set' ELSE ['a', 'b', 'c', 'd'][1 + i % 4] END AS label, CASE WHEN i < 80 AND i % 4 = 0 THEN 'rare' ELSE 'often' END AS name
        FROM (SELECT i FROM range(80) r(i) UNION ALL SELECT 80 + i FROM range(20) r(i))
        UNION ALL SELECT 100 + i, DATE '2024-03-01', 'q', NULL, NULL FROM range(60) r(i)""")
    con.execute("INSERT INTO lines SELECT 1, DATE '2024-02-01', 'p', 'a', 'rare' FROM range(5)")
    sql = f"SELECT DISTINCT because[1].product, because[1].name FROM audience.interests({CALL}, label, name := name) WHERE label = 'set' AND len(because) > 0"
    assert con.execute(sql).fetchall() == [("p", "often")]


def test_neither_threads_nor_order_decide(con) -> None:
    """Bit for bit, and lines that are there twice say nothing new."""
    con.execute("CREATE TABLE demo AS FROM audience.demo_lines(customers := 5000)")
    con.execute("CREATE TABLE shuffled AS FROM demo ORDER BY hash(order_id, product_id); CREATE TABLE twice AS FROM demo UNION ALL FROM demo")
    results = set()
    for threads in (1, 8):
        con.execute(f"SET threads = {threads}")
        for lines in ("demo", "shuffled", "twice"):
            call = f"audience.interests('{lines}', customer_id, order_date, product_id, category, name := product_name)"
            results.add(con.execute(f"SELECT count(*), bit_xor(hash(wish)), sum(hash(wish)) FROM {call} wish").fetchone())
    assert len(results) == 1 and results.pop()[0] > 50_000
    for threads in (1, 8):
        con.execute(f"SET threads = {threads}")
        for lines in ("demo", "shuffled"):
            call = f"audience.interests('{lines}', customer_id, order_date, product_id, category, amount := amount)"
            results.add(con.execute(f"SELECT count(expected_revenue), bit_xor(hash(wish)), sum(hash(wish)) FROM {call} wish").fetchone())
    assert len(results) == 1 and results.pop()[0] > 50_000


def test_nothing_after_as_of_is_looked_at(shop) -> None:
    call = "SELECT * FROM audience.interests('{}', customer_id, order_date, product_id, category, name := product_name, as_of := DATE '2025-03-01') ORDER BY label, customer_id"
    shop.execute("CREATE OR REPLACE TEMP VIEW past AS FROM demo WHERE order_date <= DATE '2025-03-01'")
    assert shop.execute(call.format("demo")).fetchall() == shop.execute(call.format("past")).fetchall()


def test_only_new_and_top_choose_rows(shop) -> None:
    all_rows = dictionaries(shop, f"FROM audience.interests({DEMO}, category)")
    new = dictionaries(shop, f"FROM audience.interests({DEMO}, category, only_new := true)")
    best = dictionaries(shop, f"FROM audience.interests({DEMO}, category, only_new := true, top := 7)")
    for label in {row["label"] for row in all_rows}:
        check_sound([row for row in new if row["label"] == label])
    among_all = ("rank", "lift", "cumulative_buyer_share", "reason")
    alike = lambda row: {name: value for name, value in row.items() if name not in among_all}  # noqa: E731
    assert [alike(row) for row in new] == [alike(row) for row in all_rows if not row["has_bought"]]
    assert all(row["lift"] == row["lift_among_new"] for row in new)
    assert all("times the average of those who never bought it" in row["reason"] for row in new if row["lift"] is not None)
    assert best == [row for row in new if row["rank"] <= 7] and len(best) == 12 * 7
    assert best == dictionaries(shop, f"FROM audience.interests({DEMO}, category, only_new := true, top := 7) ORDER BY label, customer_id")


@pytest.mark.parametrize("seed", range(10))
def test_no_launch_gets_more_buyers_than_its_past_supports(shop, seed: int) -> None:
    """Of a category that is sold from a random day on, or of a whole shop that is."""
    chance = random.Random(seed)
    category, horizon = chance.choice(("Coffee", "Wine", "Socks", "Sneakers", "Repellents")), chance.choice((14, 30, 60, 90))
    as_of = datetime.date(2025, 3, 1) + datetime.timedelta(chance.randrange(300))
    launch = as_of - datetime.timedelta(int(horizon * chance.uniform(0.05, 2.5)))
    sold = f"(order_date >= DATE '{launch}'" + (")" if seed % 3 == 0 else f" OR category <> '{category}')")
    rows = dictionaries(shop, f"FROM audience.interested_in({DEMO}, category = '{category}', as_of := DATE '{as_of}', horizon_days := {horizon}, filter := {sold})")
    shop.execute(f"""CREATE OR REPLACE TEMP TABLE buyers AS
        SELECT customer_id, min(order_date) AS first, max(order_date) AS last FROM demo
        WHERE {sold} AND category = '{category}' AND customer_id IS NOT NULL AND order_date <= DATE '{as_of}' GROUP BY customer_id""")
    recent, fifth = shop.execute(f"SELECT count(*) FILTER (last > DATE '{as_of}' - {horizon}), DATE '{as_of}' - list_sort(list(first))[5] FROM buyers").fetchone()
    assert {row["customer_id"] for row in rows if row["has_bought"]} == {row[0] for row in shop.execute("SELECT customer_id FROM buyers").fetchall()}
    assert sum(row["probability"] or 0 for row in rows) <= 1.001 * (recent + 0.5)
    is_new = fifth is not None and fifth < 2 * horizon
    assert not is_new or {row["evidence"] for row in rows} <= {"low", "none"}
    assert {"new: fewer than 5" in row["reason"] for row in rows if row["probability"] is not None} <= {is_new}


def test_a_product_just_put_in_stock(con) -> None:
    """Coffee, sold for 47 days only: 76 buyers so far, not hundreds to come."""
    con.execute("""CREATE TABLE demo AS FROM audience.demo_lines()
        WHERE status = 'completed' AND NOT (category = 'Coffee' AND order_date < DATE '2025-11-15')""")
    sql = f"SELECT count(*) FILTER (has_bought), sum(probability), max(probability), list(DISTINCT evidence ORDER BY evidence) FROM audience.interested_in({DEMO}, category = 'Coffee')"
    buyers, expected, best, evidence = con.execute(sql).fetchone()
    assert buyers == 76 and 30 < expected < 77 and best < 0.6
    assert evidence == ["low", "none"]


def test_a_season_that_is_over(con) -> None:
    """Sold in autumn only: after it fewer, but not as few as a year ago after it."""
    con.execute("CREATE TABLE demo AS FROM audience.demo_lines() WHERE status = 'completed' AND (category <> 'Coffee' OR month(order_date) IN (9, 10, 11))")
    call = f"FROM audience.interested_in({DEMO}, category = 'Coffee', as_of := DATE '2025-11-30'"
    recent, expected = con.execute(f"SELECT count(*) FILTER (last_bought_date > DATE '2025-11-30' - 60), sum(probability) {call})").fetchone()
    (without,) = con.execute(f"SELECT sum(probability) {call}, filter := category <> 'Coffee' OR order_date > '2025-01-01')").fetchone()
    assert recent > 50 and recent / 8 < expected < recent / 2
    assert expected < without <= recent + 1


def test_every_customer_once(shop) -> None:
    customers = "SELECT DISTINCT customer_id FROM demo WHERE customer_id IS NOT NULL AND order_date <= DATE '2025-03-01' ORDER BY 1"
    call = f"SELECT customer_id FROM audience.interested_in({DEMO}, category = 'Tents', as_of := DATE '2025-03-01') ORDER BY customer_id"
    found = shop.execute(call).fetchall()
    assert found == shop.execute(customers).fetchall()
    assert 100 < len(found) < shop.execute("SELECT count(DISTINCT customer_id) FROM demo").fetchone()[0]


def test_cross_sell_are_the_interested_who_own(shop) -> None:
    rows = dictionaries(shop, f"FROM audience.cross_sell({DEMO}, category = 'Tents', category = 'Coffee')")
    bought = dict(shop.execute(f"SELECT customer_id, last_bought_date FROM audience.bought('demo', customer_id, order_date, category = 'Tents') WHERE bought").fetchall())
    wish = {row["customer_id"]: row for row in dictionaries(shop, f"FROM audience.interested_in({DEMO}, category = 'Coffee', only_new := true)")}
    assert [row["customer_id"] for row in rows] == sorted(bought.keys() & wish.keys()) and len(rows) > 5
    for row in rows:
        other = wish[row["customer_id"]]
        assert row["have_last_date"] == bought[row["customer_id"]]
        assert all(row[name] == other[name] for name in ("probability", "lift", "because", "reason", "evidence"))
    in_order = sorted(rows, key=lambda row: wish[row["customer_id"]]["rank"])
    assert [row["rank"] for row in in_order] == list(range(1, len(rows) + 1))
    best = dictionaries(shop, f"FROM audience.cross_sell({DEMO}, category = 'Tents', category = 'Coffee', top := 3)")
    assert best == [row for row in rows if row["rank"] <= 3]


# == Bad input

CHECK = """
import sys
import test_intent as tests
from support import *
con = connect()
con.execute(sys.argv[1])
CALL = tests.CALL
"""


@pytest.mark.parametrize("name", STRANGE)
def test_strange_lines(run_isolated, name: str) -> None:
    tables, customers = STRANGE[name]
    code = """
customers = int(sys.argv[2])
for options in ("", ", horizon_days := 1", ", horizon_days := 3650", ", as_of := DATE '2024-06-01'", ", as_of := DATE '9999-12-31'", ", only_new := true, top := 5"):
    for target in ("label = 'l0'", "true", "false", "NULL", "product IN ('p1', 'p4')"):
        rows = tests.if_any_line(con, f"FROM audience.interested_in({CALL}, {target}{options})", target)
        if rows is None:
            continue
        tests.check_sound(rows) if "only_new" not in options else tests.check_ranks(rows)
        if options in ("", ", horizon_days := 1", ", horizon_days := 3650"):
            assert len(rows) == customers, (target, options, len(rows))
        assert target not in ("false", "NULL") or rows == []
    rows = tests.if_any_line(con, f"FROM audience.interests({CALL}, label{options})", "label IS NOT NULL") or []
    for label in {row["label"] for row in rows}:
        of_label = [row for row in rows if row["label"] == label]
        tests.check_sound(of_label) if "only_new" not in options else tests.check_ranks(of_label)
    sold = f"FROM audience.cross_sell({CALL}, label = 'l0', product = 'p1'{options.replace('only_new := true, ', '')})"
    tests.if_any_line(con, sold, "label = 'l0'", "product = 'p1'")
assert con.execute(f"FROM audience.interested_in({CALL}, true, as_of := DATE '1000-01-01', filter := order_date > DATE '1500-01-01')").fetchall() == []
"""
    run_isolated(CHECK + code, tables, customers)


def test_the_horizon_is_longer_than_the_history(con) -> None:
    con.execute(PLENTY)
    rows = dictionaries(con, f"FROM audience.interested_in({CALL}, label = 'l0', horizon_days := 365)")
    check_sound(rows)
    assert {row["evidence"] for row in rows} == {"none"} and {row["has_bought"] for row in rows} == {True, False}
    assert max(row["rank"] for row in rows if row["has_bought"]) < len(rows)


def test_nobody_had_bought_it_a_horizon_ago(con) -> None:
    """As documented: its buyers have no probability, the others do."""
    con.execute(PLENTY)
    con.execute("INSERT INTO lines SELECT customer_id, DATE '2024-10-26', 'new', 'fresh' FROM range(30) r(customer_id)")
    rows = dictionaries(con, f"FROM audience.interested_in({CALL}, label = 'fresh')")
    check_sound(rows)
    assert {(row["has_bought"], row["evidence"]) for row in rows} == {(True, "none"), (False, "low")}


TYPES = {
    "customer_id": ("TINYINT", "UBIGINT", "HUGEINT", "DOUBLE", "DECIMAL(9,2)", "VARCHAR", "BLOB", "UUID", "DATE", "STRUCT(a INTEGER, b VARCHAR)", "INTEGER[]", "ENUM"),
    "product": ("TINYINT", "HUGEINT", "DOUBLE", "DECIMAL(9,2)", "VARCHAR", "BLOB", "UUID", "TIMESTAMP", "STRUCT(a INTEGER, b VARCHAR)", "INTEGER[]", "INTEGER[1]", "MAP(INTEGER, INTEGER)", "BOOLEAN", "ENUM"),
}
TYPES["label"] = TYPES["product"]


def of_type(number: str, kind: str) -> str:
    """An expression of a type, distinct for small numbers; 0 is NaN, a NULL within, and the like."""
    return {
        "DOUBLE": f"CASE WHEN {number} = 0 THEN 'nan'::DOUBLE WHEN {number} = 1 THEN 'inf'::DOUBLE ELSE {number}::DOUBLE END",
        "BLOB": f"('\\x00'::BLOB || encode(({number})::VARCHAR))",
        "UUID": f"md5(({number})::VARCHAR)::UUID",
        "DATE": f"DATE '2024-01-01' + ({number})::INTEGER",
        "TIMESTAMP": f"CASE WHEN {number} = 0 THEN 'infinity'::TIMESTAMP ELSE make_timestamp({number}) END",
        "STRUCT(a INTEGER, b VARCHAR)": f"{{'a': ({number})::INTEGER, 'b': nullif(({number})::VARCHAR, '0')}}",
        "INTEGER[]": f"CASE WHEN {number} = 0 THEN [NULL]::INTEGER[] ELSE [({number})::INTEGER] END",
        "INTEGER[1]": f"[({number})::INTEGER]::INTEGER[1]",
        "MAP(INTEGER, INTEGER)": f"MAP {{({number})::INTEGER: 1}}",
        "BOOLEAN": f"({number}) % 2 = 0",
        "ENUM": f"('n' || ({number} % 20))::numbers",
    }.get(kind, f"({number})::{kind}")


@pytest.mark.parametrize("role", TYPES)
def test_any_type(con, role: str) -> None:
    """Keys of any type give what the numbers that they stand for give, in another order."""
    members = ", ".join(f"'n{number}'" for number in range(20))
    con.execute(f"CREATE TYPE numbers AS ENUM ({members})")
    con.execute("CREATE TABLE plain AS SELECT i % 20 AS customer_id, DATE '2024-01-01' + (i * 7 % 300)::INTEGER AS order_date, i * i % 19 AS product, i * i % 19 % 4 AS label FROM range(200) r(i)")
    for kind in TYPES[role]:
        given = "product % 2" if kind == "BOOLEAN" and role == "product" else "label % 2" if kind == "BOOLEAN" else role
        typed = "customer_id", "order_date", "product", "label"
        plain = ", ".join(given if name == role else name for name in typed)
        changed = ", ".join(of_type(role, kind) if name == role else name for name in typed)
        values = "rank, probability, score, has_bought, len(because)"
        if role == "customer_id":
            # Equal scores are ordered by the customer, and so by the type.
            values = values.removeprefix("rank, ")
        for name in ("interests",):
            rows = con.execute(f"SELECT typeof({ {'product': 'because'}.get(role, role)}) FROM audience.{name}('plain', {changed}) LIMIT 1").fetchone()
            assert ("ENUM" if kind == "ENUM" else kind) in rows[0], kind
            sql = f"SELECT {values} FROM audience.{name}('plain', {{}}) ORDER BY ALL"
            expected = con.execute(sql.format(plain)).fetchall()
            found = con.execute(sql.format(changed)).fetchall()
            assert len(found) == len(expected) > 0
            for row, other in zip(found, expected):
                assert row == pytest.approx(other, rel=1e-9), kind


def test_too_many_labels(run_isolated) -> None:
    """One clear error."""
    code = """
for call, word in (
    ("interests('lines', customer_id, order_date, product, many)", "interests: label must have at most 1,000 values, got 50,000"),
    ("interests('lines', customer_id, order_date, many, brand)", "interests: product has 50,000 values, which with 1,000 labels are too many pairs"),
):
    try:
        con.execute(f"FROM audience.{call}").fetchall()
    except duckdb.InvalidInputException as error:
        assert word in str(error), error
    else:
        raise AssertionError(call)
assert len(con.execute("FROM audience.interests('lines', customer_id, order_date, product, brand, filter := customer_id < 50)").fetchall()) > 0
"""
    tables = "CREATE TABLE lines AS SELECT i % 2000 AS customer_id, DATE '2024-01-01' + (i % 300)::INTEGER AS order_date, i % 40 AS product, 'v' || i % 50_000 AS many, 'v' || i % 1000 AS brand FROM range(60_000) r(i)"
    run_isolated(CHECK + "import duckdb\n" + code, tables)
