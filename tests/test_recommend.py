"""Recommendations and products bought together: against their formulas written a second time, their laws, and bad input."""

import math
from collections import Counter, defaultdict
from itertools import combinations

import duckdb
import numpy as np
import pytest

import support
from strange_lines import STRANGE

DEMO = "'demo', customer_id, order_date, product_id"
CALL = "'lines', customer_id, order_date, product"
ORDERS = ", level := 'order', order_id := order_id"


@pytest.fixture(scope="module")
def shop(extension_path):
    """Read only; some lines lack a product, and a few customers all of theirs."""
    with support.connect() as con:
        con.execute("CREATE TABLE demo AS FROM audience.demo_lines(customers := 400) WHERE status = 'completed'")
        con.execute("UPDATE demo SET product_id = NULL WHERE customer_id % 50 = 7 OR order_id % 31 = 0")
        yield con


def dictionaries(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict]:
    result = con.execute(sql)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row)) for row in result.fetchall()]


def chance_of(both: int, a: int, b: int, n: int) -> float:
    """Fisher's exact test, one-sided, in whole numbers."""
    ways = sum(math.comb(a, k) * math.comb(n - a, b - k) for k in range(both, min(a, b) + 1))
    return ways / math.comb(n, b)


def affinities(baskets: list[set], min_together: int) -> dict:
    """By pair of products; a basket is what a customer or an order has."""
    n = len(baskets)
    buyers = Counter(product for basket in baskets for product in basket)
    together = Counter(pair for basket in baskets for pair in combinations(sorted(basket), 2))
    pairs = {}
    for (a, b), both in together.items():
        if both >= min_together:
            pairs[a, b] = {
                "together": both, "buyers_a": buyers[a], "buyers_b": buyers[b], "support": both / n,
                "confidence_ab": both / buyers[a], "confidence_ba": both / buyers[b], "lift": both * n / buyers[a] / buyers[b],
                "similarity": both / math.sqrt(buyers[a] * buyers[b]) * both / (both + 10),
                "p_value": chance_of(both, buyers[a], buyers[b], n),
            }
    tests, q = len(buyers) * (len(buyers) - 1) / 2, 1.0
    ordered = sorted(pairs.values(), key=lambda pair: pair["p_value"])
    for number in range(len(ordered), 0, -1):
        q = min(q, ordered[number - 1]["p_value"] * tests / number)
        ordered[number - 1]["q_value"] = q
    return pairs


@pytest.mark.parametrize("min_together", [1, 5])
@pytest.mark.parametrize("level", ["customer", "order"])
def test_affinity_against_its_formulas(shop, level: str, min_together: int) -> None:
    baskets = defaultdict(set)
    lines = shop.execute("SELECT customer_id, order_id, product_id FROM demo WHERE customer_id IS NOT NULL").fetchall()
    for customer, order, product in lines:
        baskets[customer if level == "customer" else (customer, order)] |= {product} - {None}
    expected = affinities(list(baskets.values()), min_together)
    rows = dictionaries(shop, f"FROM audience.product_affinity({DEMO}, min_together := {min_together}{ORDERS if level == 'order' else ''}) ORDER BY product_a, product_b")
    assert [(row["product_a"], row["product_b"]) for row in rows] == sorted(expected)
    assert len(rows) > (200 if min_together == 1 else 5)
    for row in rows:
        pair = expected[row["product_a"], row["product_b"]]
        for name, value in pair.items():
            if name == "q_value":
                assert value * (1 - 1e-9) <= row[name] <= min(1, value * 1.003), row
            else:
                assert row[name] == pytest.approx(value, rel=1e-9), (name, row)


def test_the_top_of_the_pairs_are_the_most_similar(shop) -> None:
    whole = shop.execute(f"FROM audience.product_affinity({DEMO}, min_together := 1)").fetchall()
    best = sorted(whole, key=lambda row: (-row[9], row[0], row[1]))
    for top in (1, 2, 17, 500, len(whole) - 1, len(whole), len(whole) + 1):
        found = shop.execute(f"FROM audience.product_affinity({DEMO}, min_together := 1, top := {top}) ORDER BY product_a, product_b").fetchall()
        assert found == sorted(best[:top]), top


# == Recommendations

def offers(lines: list[tuple], now: int, top: int = 10, horizon: int = 60, only_new: bool = False, target=None, most_own: int = 1000, categories=None, most: int = 1000) -> dict:
    """By customer: (product, score, because, source), best first. Lines are (customer, day, product)."""
    baskets, counts = defaultdict(lambda: defaultdict(set)), Counter()
    for customer, day, product in lines:
        basket = baskets[customer]
        if product is not None:
            basket[product].add(day)
            counts[product] += 1
    allowed = {product for product in counts if target is None or product in target}
    # Equal scores go by the number of lines.
    products = sorted(counts, key=lambda product: (product not in allowed, -counts[product], product))
    place = {product: number for number, product in enumerate(products)}
    has = np.array([[product in basket for product in products] for basket in baskets.values()], dtype=float)
    gram = has.T @ has
    buyers = gram.diagonal()
    cosine = gram / np.sqrt(np.outer(buyers, buyers)) * gram / (gram + 10)
    recent = np.zeros(len(products))
    for basket in baskets.values():
        for product, days in basket.items():
            recent[place[product]] += 2 ** (-(now - max(days)) / horizon)
    trend = (recent + 1) / (buyers + 4)
    weights = np.zeros_like(gram)
    """By product that speaks, and product that is spoken for."""
    for i in range(len(products)):
        others = [j for j in range(len(products)) if j != i and gram[i, j] > 0]
        near = sorted(others, key=lambda j: (-cosine[i, j], j))[:50]
        if near:
            weights[near, i] = np.linalg.solve(gram[np.ix_(near, near)] + 300 * np.eye(len(near)), gram[near, i])

    found = {}
    for customer, basket in baskets.items():
        bought = sorted(place[product] for product in basket)
        own = [
            (i, trend[i] * sum(2 ** (-(now - day) / 2 / horizon) for day in basket[products[i]]), i, "own")
            for i in bought if products[i] in allowed and not only_new
        ]
        decay = np.array([2 ** (-(now - max(basket[products[i]])) / 4 / horizon) for i in bought])
        shares = weights[bought] * decay[:, None]
        scores = shares.sum(0) * trend
        new = [i for i in range(len(products)) if products[i] in allowed and i not in bought]
        similar = [(i, scores[i], bought[shares[:, i].argmax()], "similar") for i in new if bought and scores[i] > 0]
        best = lambda rows: sorted(rows, key=lambda row: (-row[1], row[0]))  # noqa: E731
        rows, taken = [], Counter()
        for row in best(own) + best(similar) + best([(i, recent[i], None, "popular") for i in new]):
            category = (categories or {}).get(products[row[0]])
            is_known = row[0] in {other[0] for other in rows} or row[3] == "own" and len(rows) >= most_own
            if len(rows) < top and not is_known and (category is None or taken[category] < most):
                rows.append(row)
                taken[category] += 1
        found[customer] = [(products[i], score, None if because is None else products[because], source) for i, score, because, source in rows]
    return found


SETTINGS = {
    "": {},
    "top := 3": {"top": 3},
    "top := 1000": {"top": 1000},
    "only_new := true": {"only_new": True},
    "horizon_days := 15, top := 30": {"horizon": 15, "top": 30},
    "target := category = 'Tents' OR category = 'Coffee', top := 8": {"target": ("Tents", "Coffee"), "top": 8},
    "target := category = 'Coffee', only_new := true": {"target": ("Coffee",), "only_new": True},
    "own_share := 0.35": {"most_own": 3},
    "category := category, max_per_category := 1": {"most": 1},
    "own_share := 0.5, top := 7, category := nullif(category, 'Coffee'), max_per_category := 2": {"most_own": 3, "top": 7, "most": 2, "without": "Coffee"},
    "as_of := DATE '2024-03-01'": {"as_of": "2024-03-01"},
    "as_of := DATE '2027-01-01'": {"as_of": "2027-01-01"},
}


@pytest.mark.parametrize("options", SETTINGS)
def test_recommendations_against_their_formulas(shop, options: str) -> None:
    settings = dict(SETTINGS[options])
    as_of = settings.pop("as_of", "9999-12-31")
    lines = shop.execute("SELECT customer_id, order_date - DATE '1970-01-01', product_id FROM demo WHERE customer_id IS NOT NULL AND order_date <= ?::DATE", [as_of]).fetchall()
    now = max(day for _, day, _ in lines)
    if "as_of" in SETTINGS[options]:
        now = shop.execute("SELECT ?::DATE - DATE '1970-01-01'", [as_of]).fetchone()[0]
    if "target" in settings:
        settings["target"] = {product for (product,) in shop.execute("SELECT product_id FROM demo WHERE list_contains(?, category)", [list(settings["target"])]).fetchall()}
    if "most" in settings:
        settings["categories"] = dict(shop.execute("SELECT DISTINCT product_id, category FROM demo WHERE category IS DISTINCT FROM ?", [settings.pop("without", None)]).fetchall())
    expected = offers(lines, now, **settings)
    rows = dictionaries(shop, f"FROM audience.recommend({DEMO}, {options})" if options else f"FROM audience.recommend({DEMO})")
    flat = [(customer, rank, *row) for customer in sorted(expected) for rank, row in enumerate(expected[customer], 1)]
    assert len(rows) == len(flat) > 300
    sources = Counter()
    for row, (customer, rank, product, score, because, source) in zip(rows, flat):
        assert (row["customer_id"], row["rank"], row["source"]) == (customer, rank, source)
        assert math.isclose(row["score"], score, rel_tol=1e-8), (row, score)
        sources[source] += 1
        if row["product"] != product:
            # Where scores are all but equal, rounding decides.
            because = {other[0]: other[2] for other in expected[customer] if other[3] == source and math.isclose(other[1], score, rel_tol=1e-8)}[row["product"]]
        assert row["because_product"] == because, row
    assert ("own" not in sources) == ("only_new" in options)
    assert sources["similar"] > 100 and (sources["popular"] > 0 or "target" in options)


def test_every_customer_gets_as_many_as_asked_for(shop) -> None:
    everybody, products = shop.execute("SELECT count(DISTINCT customer_id), count(DISTINCT product_id) FILTER (customer_id IS NOT NULL) FROM demo").fetchone()
    for top, horizon in ((1, 60), (40, 1), (1000, 1), (1000, 60)):
        rows = shop.execute(f"SELECT count(*), count(DISTINCT product), max(rank), bool_and(isfinite(score)) FROM audience.recommend({DEMO}, top := {top}, horizon_days := {horizon}) GROUP BY customer_id").fetchall()
        wanted = min(top, products)
        assert rows == [(wanted, wanted, wanted, True)] * everybody


def test_neither_threads_nor_order_decide(con) -> None:
    con.execute("CREATE TABLE demo AS FROM audience.demo_lines(customers := 300) WHERE status = 'completed'")
    con.execute("CREATE TABLE shuffled AS FROM demo ORDER BY hash(order_id, product_id)")
    for call in ("recommend({})", "product_affinity({}, min_together := 2)", "product_affinity({}, min_together := 2, top := 20)", f"product_affinity({{}}, min_together := 1{ORDERS})"):
        seen = []
        for threads, table in ((1, "demo"), (4, "demo"), (4, "shuffled"), (1, "shuffled")):
            con.execute(f"SET threads = {threads}")
            seen.append(con.execute(f"FROM audience.{call.format(DEMO.replace('demo', table))} ORDER BY ALL").fetchall())
        assert seen[0] and all(rows == seen[0] for rows in seen), call


def test_nothing_after_as_of_is_looked_at(shop) -> None:
    for call in ("recommend", "product_affinity"):
        sql = f"FROM audience.{call}({DEMO}, as_of := DATE '2024-09-01', filter := {{}}) ORDER BY ALL"
        rows = shop.execute(sql.format("true")).fetchall()
        assert rows and rows == shop.execute(sql.format("order_date <= DATE '2024-09-01'")).fetchall()


# == Bad input

CHECK = """
import sys
import test_recommend as tests
from support import *
con = connect()
con.execute(sys.argv[1])
CALL = tests.CALL
"""


@pytest.mark.parametrize("name", STRANGE)
def test_strange_lines(run_isolated, name: str) -> None:
    code = """
customers = int(sys.argv[2])
for options in ("", ", horizon_days := 1", ", horizon_days := 3650", ", as_of := DATE '9999-12-31'", ", only_new := true, top := 1000"):
    rows = tests.dictionaries(con, f"FROM audience.recommend({CALL}{options})")
    keys = [(row["customer_id"], row["rank"]) for row in rows]
    assert keys == sorted(set(keys))
    assert len({(row["customer_id"], row["product"]) for row in rows}) == len(rows)
    for row in rows:
        assert 0 <= row["score"] < float("inf") and row["product"] is not None, row
        assert (row["because_product"] is None) == (row["source"] == "popular"), row
        assert (row["because_product"] == row["product"]) == (row["source"] == "own"), row
    if options in ("", ", horizon_days := 1", ", horizon_days := 3650"):
        products = len({row["product"] for row in rows})
        assert len({row["customer_id"] for row in rows}) == (customers if products else 0)
for options in ("", ", min_together := 1", ", min_together := 1, top := 3", ", min_together := 1, as_of := DATE '9999-12-31'"):
    for row in tests.dictionaries(con, f"FROM audience.product_affinity({CALL}{options})"):
        assert row["product_a"] < row["product_b"], row
        assert 1 <= row["together"] <= min(row["buyers_a"], row["buyers_b"]), row
        assert all(0 <= row[name] <= 1 for name in ("support", "confidence_ab", "confidence_ba", "similarity", "p_value", "q_value")), row
        assert row["p_value"] <= row["q_value"] and 0 < row["lift"] < float("inf"), row
for call in ("recommend", "product_affinity"):
    assert con.execute(f"FROM audience.{call}({CALL}, as_of := DATE '1000-01-01', filter := order_date > DATE '1500-01-01')").fetchall() == []
"""
    tables, customers = STRANGE[name]
    run_isolated(CHECK + code, tables, customers)


def test_a_refund_is_a_line_like_others(con) -> None:
    """Of a product that was bought already, so it changes no pair of a customer; `filter` leaves it out."""
    con.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 300)")
    con.execute("CREATE TABLE kept AS FROM lines WHERE quantity > 0")
    for name, differ in (("recommend", True), ("product_affinity", False)):
        call = f"FROM audience.{name}('{{}}', customer_id, order_date, product_id, as_of := DATE '2025-01-01'{{}})"
        everything, kept = con.execute(call.format("lines", "")).fetchall(), con.execute(call.format("kept", "")).fetchall()
        assert con.execute(call.format("lines", ", filter := quantity > 0")).fetchall() == kept
        assert kept and (everything != kept) == differ


TYPES = {
    "TINYINT": "{}::TINYINT", "HUGEINT": "{}::HUGEINT", "DECIMAL(9,2)": "{}::DECIMAL(9,2)", "BOOLEAN": "({} % 2 = 0)",
    "DOUBLE": "CASE WHEN {0} = 0 THEN 'nan'::DOUBLE WHEN {0} = 1 THEN 'inf'::DOUBLE ELSE {0} END",
    "BLOB": "('\\x00'::BLOB || encode({}::VARCHAR))", "UUID": "md5({}::VARCHAR)::UUID", "DATE": "DATE '2024-01-01' + {}::INTEGER",
    "STRUCT(a INTEGER, b VARCHAR)": "{{'a': {0}::INTEGER, 'b': nullif({0}::VARCHAR, '0')}}", "INTEGER[]": "[{}::INTEGER]",
}


@pytest.mark.parametrize("kind", TYPES)
def test_any_type(con, kind: str) -> None:
    """Products and customers of any type give what the numbers that they stand for give."""
    con.execute("CREATE TABLE plain AS SELECT i % 20 AS customer, DATE '2024-01-01' + (i * 7 % 300)::INTEGER AS day, i * i % 19 AS product FROM range(200) r(i)")
    plain = "product % 2" if kind == "BOOLEAN" else "product"
    typed = TYPES[kind].format("product")
    sql = "SELECT together, similarity, p_value, q_value FROM audience.product_affinity('plain', customer, day, {}, min_together := 1) ORDER BY ALL"
    found, expected = con.execute(sql.format(typed)).fetchall(), con.execute(sql.format(plain)).fetchall()
    assert len(found) == len(expected) > 0
    for row, other in zip(found, expected):
        assert row == pytest.approx(other, rel=1e-9)
    # Equal scores go by the product, and so by the type.
    sql = "SELECT source, count(*), count(because_product), sum(score) FROM audience.recommend('plain', {}, day, {}, top := 1000) GROUP BY source ORDER BY source"
    expected = con.execute(sql.format("customer", plain)).fetchall()
    columns = [(typed, "customer")] + ([] if kind == "BOOLEAN" else [(plain, TYPES[kind].format("customer"))])
    for product, customer in columns:
        found = con.execute(sql.format(customer, product)).fetchall()
        assert len(found) == len(expected) > 0
        for row, other in zip(found, expected):
            assert row == pytest.approx(other, rel=1e-6)
    described = dict(con.execute(f"SELECT column_name, column_type FROM (DESCRIBE FROM audience.recommend('plain', customer, day, {typed}))").fetchall())
    assert described["product"] == described["because_product"] == kind
