"""Lookalikes against an independent computation with numpy, and their laws."""

import math

import numpy
import pytest

import support

LINES = "'lines', customer_id, order_date, product_id, amount"
FILTER = "filter := status <> 'cancelled'"
SEEDS = {
    "vips": "customer_id IN (FROM vips)",
    "buyers": "customer_id IN (SELECT customer_id FROM lines WHERE category = 'Tents')",
    "a line": "brand = (SELECT min(brand) FROM lines)",
}


@pytest.fixture(scope="module")
def shop(extension_path):
    """Read only; small, and with refunds, guests, lines without a product or an amount."""
    with support.connect() as con:
        con.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 400)")
        con.execute("UPDATE lines SET product_id = NULL WHERE order_id % 29 = 0")
        con.execute("UPDATE lines SET amount = NULL WHERE order_id % 31 = 0")
        con.execute("CREATE TABLE vips AS SELECT customer_id FROM lines WHERE customer_id IS NOT NULL GROUP BY ALL ORDER BY sum(amount) DESC, customer_id LIMIT 40")
        yield con


def student_t(freedom: float) -> float:
    """The 97.5 % point, by bisection of the distribution's integral."""
    factor = math.exp(math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2)) / math.sqrt(freedom * math.pi)
    low, high = 1.9, 13.0
    for _ in range(60):
        t = (low + high) / 2
        x = numpy.linspace(0, t, 20_001)
        density = factor * (1 + x**2 / freedom) ** (-(freedom + 1) / 2)
        inside = (density.sum() - (density[0] + density[-1]) / 2) * t / 20_000
        low, high = (t, high) if inside < 0.475 else (low, t)
    return low


class Oracle:
    """The formulas of the documentation, one customer at a time."""

    def __init__(self, con, seed: str, as_of: str | None = None) -> None:
        until = f"AND order_date <= DATE '{as_of}'" if as_of else ""
        rows = con.execute(
            f"SELECT customer_id, order_date - DATE '2000-01-01', product_id, amount, coalesce({seed}, false) FROM lines "
            f"WHERE status <> 'cancelled' AND customer_id IS NOT NULL {until}"
        ).fetchall()
        self.today = max(row[1] for row in rows)
        if as_of:
            assert self.today < con.execute("SELECT max(order_date) - DATE '2000-01-01' FROM lines").fetchone()[0]
        days, self.products, amounts, seeds = {}, {}, {}, set()
        for customer, day, product, amount, is_seed in rows:
            bought = amount is None or amount >= 0
            if bought:
                days.setdefault(customer, set()).add(day)
            if bought and product is not None:
                last = self.products.setdefault(customer, {})
                last[product] = max(day, last.get(product, day))
            amounts.setdefault(customer, []).append(0.0 if amount is None else float(amount))
            if is_seed:
                seeds.add(customer)
        self.customers = sorted(days)
        self.all_seeds = sorted(seeds)
        self.seeds = numpy.array([customer in seeds for customer in self.customers])
        self.figures = numpy.array(
            [[self.today - max(days[c]), len(days[c]), math.fsum(amounts[c]), self.today - min(days[c])] for c in self.customers]
        )

    def shares(self, customer) -> dict:
        """What each product counts: it halves every two years, and less for who buys much."""
        return {product: 2 ** (-(self.today - last) / 730) for product, last in self.products.get(customer, {}).items()}

    def tastes(self, seeds: numpy.ndarray) -> numpy.ndarray:
        n, n_seeds = len(self.customers), int(seeds.sum())
        buyers, both = {}, {}
        for customer, is_seed in zip(self.customers, seeds):
            for product in self.products.get(customer, {}):
                buyers[product] = buyers.get(product, 0) + 1
                both[product] = both.get(product, 0) + int(is_seed)

        def weight(product, itself: int) -> float:
            together, of = both[product] - itself, buyers[product] - itself
            share = (n_seeds - itself) / (n - itself)
            lift = (together + 5 * share) / ((of + 5) * share) if share else 0
            excess = (together - of * share) / math.sqrt(of * share + 1)
            return math.log(lift) ** 2 * excess if lift > 1 and excess > 0 and n_seeds > 1 else 0.0

        breadth = numpy.array([sum(self.shares(customer).values()) for customer in self.customers])
        factors = (breadth / breadth.mean() + 0.1) ** -0.6
        sums = [sum(weight(p, int(s)) * share for p, share in self.shares(c).items()) for c, s in zip(self.customers, seeds)]
        return numpy.array(sums) * factors

    def log_odds(self, seeds: numpy.ndarray) -> numpy.ndarray:
        """The ridge regression by plain Newton steps on the standardised features."""
        values = numpy.column_stack([self.figures, self.tastes(seeds)])
        features = numpy.sign(values) * numpy.log1p(numpy.abs(values))
        deviations = features.std(axis=0)
        design = numpy.column_stack([(features - features.mean(axis=0)) / numpy.where(deviations > 0, deviations, 1), numpy.ones(len(features))])
        penalty = numpy.diag([1.0] * features.shape[1] + [0.0])
        weights = numpy.zeros(design.shape[1])
        weights[-1] = math.log(seeds.sum() / (~seeds).sum())
        for _ in range(60):
            chance = 1 / (1 + numpy.exp(-design @ weights))
            gradient = design.T @ (chance - seeds) + penalty @ weights
            step = numpy.linalg.solve((design.T * (chance * (1 - chance))) @ design + penalty, gradient)
            weights -= step * min(1.0, 2 / max(1e-9, numpy.abs(step).max()))
        return design @ weights

    def hold_out(self) -> tuple[float, float, float]:
        place = {customer: index for index, customer in enumerate(self.all_seeds, start=1)}
        fold = numpy.array([place.get(customer, -1) % 5 if customer in place else -1 for customer in self.customers])
        won, lost = [], numpy.zeros(int((~self.seeds).sum()))
        # By model and fold, for the folds that the model has seen.
        seen = numpy.full((5, 5), numpy.nan)
        for hidden in range(5):
            scores = self.log_odds(self.seeds & (fold != hidden))
            pairs = scores[self.seeds][:, None] - scores[~self.seeds]
            wins, of = (pairs > 0) + 0.5 * (pairs == 0), fold[self.seeds]
            won += list(wins[of == hidden].mean(axis=1))
            lost += wins[of == hidden].sum(axis=0)
            seen[hidden] = [numpy.nan if other == hidden else wins[of == other].mean() for other in range(5)]
        lost /= len(won)
        ranked = numpy.var(won, ddof=1) / len(won) + numpy.var(lost, ddof=1) / len(lost)
        gains = numpy.nanmean(seen - numpy.nanmean(seen, axis=0), axis=1)
        learnt = 2 * numpy.sum((gains - gains.mean()) ** 2)
        freedom = (ranked + learnt) ** 2 / (ranked**2 / (len(won) - 1) + learnt**2 / 4)
        margin = student_t(freedom) * math.sqrt(ranked + learnt)
        auc = float(numpy.mean(won))
        if auc in (0.0, 1.0):
            return auc, auc, auc
        odds, factor = auc / (1 - auc), math.exp(margin / (auc * (1 - auc)))
        return auc, odds / (odds + factor), odds * factor / (1 + odds * factor)


@pytest.mark.parametrize(("seed", "as_of"), [("vips", None), ("buyers", None), ("a line", None), ("buyers", "2025-01-31")])
def test_numpy_computes_the_same(shop, seed: str, as_of: str | None) -> None:
    oracle = Oracle(shop, SEEDS[seed], as_of)
    option = f", as_of := DATE '{as_of}'" if as_of else ""
    rows = shop.execute(f"SELECT customer_id, rank, similarity, because FROM audience.lookalikes({LINES}, {SEEDS[seed]}, {FILTER}{option})").fetchall()
    expected = {c: odds for c, odds, is_seed in zip(oracle.customers, oracle.log_odds(oracle.seeds), oracle.seeds) if not is_seed}
    assert [row[0] for row in rows] == list(expected)
    for row in rows:
        assert row[2] == pytest.approx(1 / (1 + math.exp(-expected[row[0]])), rel=1e-6, abs=1e-12)
    ranked = sorted(rows, key=lambda row: row[1])
    assert [row[1] for row in ranked] == list(range(1, len(rows) + 1))
    assert all(a[2] >= b[2] for a, b in zip(ranked, ranked[1:]))

    # What a reason says about the customer, the seed and the others can be counted.
    place = {customer: index for index, customer in enumerate(oracle.customers)}
    names = ["silence_days", "purchases", "revenue", "tenure_days"]
    assert any(reason["feature"].startswith("bought ") for row in rows for reason in row[3])
    for customer, _, _, because in rows:
        assert [reason["contribution"] for reason in because] == sorted((reason["contribution"] for reason in because), reverse=True)
        for reason in because:
            if reason["feature"] in names:
                column = oracle.figures[:, names.index(reason["feature"])]
                facts = column[place[customer]], numpy.median(column[oracle.seeds]), numpy.median(column[~oracle.seeds])
            else:
                product = reason["feature"].removeprefix("bought ")
                has = numpy.array([product in map(str, oracle.products.get(c, {})) for c in oracle.customers], dtype=float)
                facts = has[place[customer]], has[oracle.seeds].mean(), has[~oracle.seeds].mean()
            assert (reason["value"], reason["seeds"], reason["others"]) == pytest.approx(facts, abs=1e-9)
            assert reason["contribution"] > 0 and (reason["seeds"] > reason["others"]) == (reason["value"] > reason["others"])

    found = shop.execute(f"FROM audience.lookalike_quality({LINES}, {SEEDS[seed]}, {FILTER}{option})").fetchone()
    assert found[0] == oracle.seeds.sum()
    assert found[1:4] == pytest.approx(oracle.hold_out(), abs=1e-6)


def test_neither_threads_nor_the_order_of_lines_matter(shop) -> None:
    calls = [f"FROM audience.{name}('{{}}', customer_id, order_date, product_id, amount, category = 'Tents', {FILTER})" for name in ("lookalikes", "lookalike_quality")]
    once = [shop.execute(call.format("lines")).fetchall() for call in calls]
    shop.execute("CREATE OR REPLACE TABLE shuffled AS FROM lines ORDER BY hash(order_id, product_id)")
    shop.execute("SET threads = 1")
    again = [shop.execute(call.format("shuffled")).fetchall() for call in calls]
    shop.execute("RESET threads")
    assert once == again


def test_nothing_after_as_of_is_looked_at(shop) -> None:
    call = f"'{{}}', customer_id, order_date, product_id, amount, category = 'Tents', {FILTER}"
    shop.execute("CREATE OR REPLACE TABLE early AS FROM lines WHERE order_date <= DATE '2025-01-31'")
    for name in ("lookalikes", "lookalike_quality"):
        late = shop.execute(f"FROM audience.{name}({call.format('lines')}, as_of := DATE '2025-01-31')").fetchall()
        early = shop.execute(f"FROM audience.{name}({call.format('early')}, as_of := DATE '2025-01-31')").fetchall()
        assert late == early


@pytest.mark.parametrize(
    "lines",
    {
        "one customer": "SELECT 1 AS who, DATE '2024-01-01' AS day, 'a' AS product, 5.0::DOUBLE AS amount",
        "two customers": "SELECT i AS who, DATE '2024-01-01' AS day, 'a' AS product, 5.0::DOUBLE AS amount FROM range(2) r(i)",
        "identical customers": "SELECT i % 50 AS who, DATE '2024-01-01' AS day, 'a' AS product, 5.0::DOUBLE AS amount FROM range(500) r(i)",
        "no products": "SELECT i % 50 AS who, DATE '2024-01-01' + i::INTEGER AS day, NULL::VARCHAR AS product, 5.0::DOUBLE AS amount FROM range(500) r(i)",
        "no amounts": "SELECT i % 50 AS who, DATE '2024-01-01' + i::INTEGER AS day, i % 7 AS product, NULL::DOUBLE AS amount FROM range(500) r(i)",
        "strange amounts": "SELECT i % 50 AS who, DATE '2024-01-01' + i::INTEGER AS day, i % 7 AS product, (['nan', 'inf', '-inf', '1e300', '-1e300', '0', '5'])[1 + i % 7]::DOUBLE AS amount FROM range(500) r(i)",
        "strange dates": "SELECT i % 50 AS who, (['infinity', '-infinity', '0001-01-01', '4000-01-01 (BC)', '2024-01-01'])[1 + i % 5]::DATE AS day, i % 7 AS product, 5.0::DOUBLE AS amount FROM range(500) r(i)",
        "only refunds": "SELECT i % 50 AS who, DATE '2024-01-01' + i::INTEGER AS day, i % 7 AS product, -5.0::DOUBLE AS amount FROM range(500) r(i)",
        "STRUCTs and strange texts": "SELECT {'a': i % 50} AS who, DATE '2024-01-01' + i::INTEGER AS day, (['🎁', '''', '', 'مرحبا', '\"'])[1 + i % 5] AS product, 5.0::DOUBLE AS amount FROM range(500) r(i)",
        "columns named like ours": "SELECT i % 50 AS who, DATE '2024-01-01' + i::INTEGER AS day, i % 7 AS product, 5.0::DOUBLE AS amount, 1 AS seed, 2 AS lines, 3 AS top, 4 AS filter, 5 AS customer_id FROM range(500) r(i)",
    }.items(),
    ids=lambda item: item[0],
)
@pytest.mark.parametrize("seed", ["true", "false", "NULL", "hash(who) % 3 = 0", "who = (SELECT min(who) FROM shop)"])
def test_strange_lines_give_a_result_or_one_error(con, lines, seed: str) -> None:
    con.execute(f"CREATE TABLE shop AS {lines[1]}")
    call = f"'shop', who, day, product, amount, {seed}"
    quality = con.execute(f"FROM audience.lookalike_quality({call})").fetchall()
    assert len(quality) == 1 and (quality[0][4] or "").count("nan") == 0
    numbers = [number for number in quality[0][1:4] if number is not None]
    assert all(0 <= number <= 1 for number in numbers)
    customers = con.execute("SELECT count(*) FROM audience.customers('shop', who, day, amount)").fetchone()[0]
    if customers and not quality[0][0]:
        with pytest.raises(Exception, match="seed must hold for at least one customer"):
            con.execute(f"FROM audience.lookalikes({call})").fetchall()
        return
    rows = con.execute(f"FROM audience.lookalikes({call})").fetchall()
    assert len(rows) == customers - quality[0][0]
    assert all(0 <= row[2] <= 1 for row in rows)
    assert sorted(row[1] for row in rows) == list(range(1, len(rows) + 1))
