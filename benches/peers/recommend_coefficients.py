"""The second half of `make bench BENCH=--intent-coefficients`: the constants of audience.recommend, each varied around the chosen
value, at the cut-offs for development.

The formulas are those of src/models/recommend, written in numpy over the 6,000 products with most lines. Judged by the hit rate of
recommend_accuracy.py: the share of customers, of those who buy within 60 days, who buy one of ten offered products, of new
products (never bought by that customer) and of all. With `--measured` the chosen values alone, at the cut-offs of
recommend_accuracy.py, where the hit rates have to be those of the extension.
"""

import sys
from dataclasses import dataclass, replace

import duckdb
import numpy
from scipy.sparse import csr_matrix

from intent_targets import DAYS, Shop, shops

TOP = 10
HEAD = 6000
LATEST = 500


@dataclass(frozen=True)
class Coefficients:
    pseudo_buyers: float = 10
    neighbours: int = 50
    ridge: float = 300
    own_half_life: float = 2
    taste_half_life: float = 4
    trend_half_life: float = 1
    trend_buyers: float = 4


CHOSEN = Coefficients()
VARIED = {
    "pseudo_buyers": (3, 30),
    "neighbours": (25, 100),
    "ridge": (100, 1000),
    "own_half_life": (1, 4),
    "taste_half_life": (2, 8),
    "trend_half_life": (0.5, 2),
    "trend_buyers": (1, 16),
}


class Log:
    """What is known up to a cut-off, and what is bought after it. Products in the order of their lines; those beyond the head are
    bought again and popular, but no neighbours."""

    def __init__(self, con: duckdb.DuckDBPyConnection, cutoff: str):
        con.execute(f"""
            CREATE OR REPLACE TEMP TABLE known AS FROM lines WHERE day <= DATE '{cutoff}';
            CREATE OR REPLACE TEMP TABLE people AS SELECT customer, row_number() OVER (ORDER BY customer) - 1 AS c FROM (SELECT DISTINCT customer FROM known);
            CREATE OR REPLACE TEMP TABLE goods AS
            SELECT item, row_number() OVER (ORDER BY lines DESC, item) - 1 AS i FROM (SELECT item, count(*) AS lines FROM known GROUP BY item)""")
        self.shape = tuple(con.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in ("people", "goods"))
        rows = con.execute(f"SELECT c, i, DATE '{cutoff}' - day AS age FROM known JOIN people USING (customer) JOIN goods USING (item)").fetchnumpy()
        self.place, self.age = (rows["c"], rows["i"]), rows["age"].astype(float)
        last = con.execute(f"SELECT c, i, DATE '{cutoff}' - max(day) AS age FROM known JOIN people USING (customer) JOIN goods USING (item) GROUP BY c, i").fetchnumpy()
        self.last_place, self.last = (last["c"], last["i"]), last["age"].astype(float)
        after = con.execute(f"""
            SELECT DISTINCT c, i FROM lines JOIN people USING (customer) JOIN goods USING (item)
            WHERE day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}""").fetchnumpy()
        self.after = numpy.zeros(self.shape, dtype=bool)
        self.after[after["c"], after["i"]] = True
        self.bought = numpy.zeros(self.shape, dtype=bool)
        self.bought[self.last_place] = True
        # Of a customer the latest products of the head count, of one day those with most lines.
        customers, items = self.last_place
        order = numpy.lexsort((items, self.last, customers))
        order = order[items[order] < HEAD]
        sorted_customers = customers[order]
        latest = order[numpy.arange(len(order)) - numpy.searchsorted(sorted_customers, sorted_customers) < LATEST]
        size = (self.shape[0], min(HEAD, self.shape[1]))
        has = csr_matrix((numpy.ones(len(latest), dtype=numpy.float32), (customers[latest], items[latest])), size)
        self.gram = (has.T @ has).toarray()
        self.known_weights = {}

    def decayed(self, place, age, half_life: float) -> csr_matrix:
        return csr_matrix((2.0 ** (-age / (half_life * DAYS)), place), self.shape)

    def weights(self, c: Coefficients) -> csr_matrix:
        """By product that speaks, and product that is spoken for."""
        key = c.pseudo_buyers, c.neighbours, c.ridge
        if key not in self.known_weights:
            size, buyers = len(self.gram), numpy.maximum(self.gram.diagonal(), 1)
            entries = []
            for first in range(0, size, 250):
                mine = numpy.arange(first, min(first + 250, size))
                both = self.gram[mine].astype(float)
                cosine = both / numpy.sqrt(numpy.outer(buyers[mine], buyers)) * both / (both + c.pseudo_buyers)
                cosine[numpy.arange(len(mine)), mine] = -1
                near = numpy.argsort(-cosine, axis=1, kind="stable")[:, : c.neighbours]
                matrices = self.gram[near[:, :, None], near[:, None, :]] + c.ridge * numpy.eye(c.neighbours)
                right = numpy.take_along_axis(both, near, axis=1)
                # One that was never bought together with the product is no neighbour.
                absent = right == 0
                matrices *= ~(absent[:, :, None] | absent[:, None, :]) | numpy.eye(c.neighbours, dtype=bool)
                found = numpy.linalg.solve(matrices, right[:, :, None])[:, :, 0]
                entries.append((found.ravel(), near.ravel(), numpy.repeat(mine, c.neighbours)))
            values, rows, columns = map(numpy.concatenate, zip(*entries))
            self.known_weights = {key: csr_matrix((values, (rows, columns)), (size, size))}
        return self.known_weights[key]

    def hit_rates(self, c: Coefficients) -> list[float]:
        """Of new products, and of all."""
        recent = numpy.asarray(self.decayed(self.last_place, self.last, c.trend_half_life).sum(axis=0)).ravel()
        trend = (recent + 1) / (self.bought.sum(axis=0) + c.trend_buyers)
        # What is popular comes after what is similar, and that after what is bought again.
        score = numpy.tile(recent / recent.max() * 1e-9, (self.shape[0], 1))
        taste = self.decayed(self.last_place, self.last, c.taste_half_life)[:, :HEAD]
        similar = (taste @ self.weights(c)).toarray() * trend[:HEAD]
        score[:, :HEAD] = numpy.where(similar > 0, similar + 1e-6, score[:, :HEAD])
        score[self.bought] = -1
        again = self.decayed(self.place, self.age, c.own_half_life).multiply(trend).tocoo()
        rates = []
        for repeated in (False, True):
            if repeated:
                score[again.row, again.col] = again.data + 1e6
            offers = numpy.argpartition(-score, TOP, axis=1)[:, :TOP]
            outcome = self.after if repeated else self.after & ~self.bought
            rates.append(numpy.take_along_axis(outcome, offers, axis=1).any(axis=1)[outcome.any(axis=1)].mean())
        return rates


def report(shop: Shop, varied: dict = VARIED) -> None:
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE lines AS SELECT customer, product AS item, day FROM ({shop.lines})")
        logs = [Log(con, cutoff) for cutoff in shop.cutoffs]
    rates = lambda c: numpy.array([log.hit_rates(c) for log in logs]).T  # noqa: E731
    chosen = rates(CHOSEN)
    titles = [f"{kind}, {cutoff}" for kind in ("new", "all") for cutoff in shop.cutoffs]
    print(f"| HitRate@10 | value | {' | '.join(titles)} |\n| --- |" + " ---: |" * (1 + len(titles)))
    print(f"| {shop.title}, chosen | | " + " | ".join(f"{rate:.3f}" for rate in chosen.ravel()) + " |", flush=True)
    for name, values in varied.items():
        for value in values:
            change = rates(replace(CHOSEN, **{name: value})) - chosen
            print(f"| `{name}` {getattr(CHOSEN, name):g} | {value:g} | " + " | ".join(f"{rate:+.3f}" for rate in change.ravel()) + " |", flush=True)
    print()


if __name__ == "__main__":
    for each in shops(developing="--measured" not in sys.argv):
        report(each, {} if "--measured" in sys.argv else VARIED)
