"""The second half of `make bench BENCH=--intent-accuracy`: how often at least one of ten products that audience.recommend offers is
bought in the 60 days after, beside recommenders. Of new products (never bought by that customer), and of all.
"""

import warnings

import duckdb
import numpy
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender
from implicit.utils import ParameterWarning
from scipy.sparse import csr_matrix

DAYS = 60
TOP = 10
# EASE (Steck 2019) inverts a matrix of products by products; of the most bought so many.
HEAD = 6000


def hit_rate(offers: numpy.ndarray, bought: csr_matrix) -> float:
    """The share of customers, of those who buy at all, who buy something that was offered. Offers of -1 are none."""
    buyers = numpy.flatnonzero(numpy.diff(bought.indptr))
    bought = bought.astype(bool).tolil()
    hits = [any(bought[customer, item] for item in offers[customer] if item >= 0) for customer in buyers]
    return float(numpy.mean(hits))


def own_offers(con: duckdb.DuckDBPyConnection, cutoff: str, customers: numpy.ndarray, items: numpy.ndarray, only_new: bool) -> numpy.ndarray:
    found = con.execute(f"""
        SELECT customer_id AS customer, rank, product AS item
        FROM audience.recommend('known', customer, day, item, as_of := DATE '{cutoff}', only_new := {only_new}, horizon_days := {DAYS})
        """).fetchnumpy()
    offers = numpy.full((len(customers), TOP), -1)
    offers[numpy.searchsorted(customers, found["customer"]), found["rank"] - 1] = numpy.searchsorted(items, found["item"])
    return offers


def best(scores: numpy.ndarray) -> numpy.ndarray:
    return numpy.argsort(-scores, axis=1, kind="stable")[:, :TOP]


def rivals(counts: csr_matrix, popularity: numpy.ndarray):
    """By method, the offers of new products and of all."""
    seen = (counts > 0).astype(numpy.float32)
    warnings.simplefilter("ignore", ParameterWarning)  # about a conversion of its own
    users = numpy.arange(counts.shape[0])
    head = numpy.argsort(-numpy.asarray(seen.sum(axis=0)).ravel(), kind="stable")[:HEAD]
    for name, matrix, back in [("BM25, K = 100", counts, None), ("BM25, K = 100, of the most bought 6,000", counts[:, head], head)]:
        model = BM25Recommender(K=100, num_threads=2)
        matrix = csr_matrix(matrix)
        model.fit(matrix, show_progress=False)
        offers = [model.recommend(users, matrix, N=TOP, filter_already_liked_items=new)[0] for new in (True, False)]
        yield name, [found if back is None else numpy.where(found >= 0, back[found], -1) for found in offers]
    als = AlternatingLeastSquares(factors=64, iterations=15, random_state=1, num_threads=2)
    als.fit(counts, show_progress=False)
    yield "ALS, 64 factors", [als.recommend(users, counts, N=TOP, filter_already_liked_items=new)[0] for new in (True, False)]
    inner = seen[:, head]
    inverse = numpy.linalg.inv((inner.T @ inner).toarray().astype(float) + 300 * numpy.eye(len(head)))
    ease = -inverse / numpy.diag(inverse)
    numpy.fill_diagonal(ease, 0)
    scores = inner @ ease
    yield "EASE", [head[best(numpy.where(inner.toarray() > 0, -numpy.inf, scores))], head[best(scores)]]
    everybody = numpy.broadcast_to(popularity, counts.shape)
    known = seen.toarray() > 0
    yield "popular lately", [best(numpy.where(known, -numpy.inf, everybody)), best(everybody)]


def evaluate(con: duckdb.DuckDBPyConnection, cutoff: str) -> dict[str, list[float]]:
    con.execute(f"CREATE OR REPLACE TABLE known AS FROM lines WHERE day <= DATE '{cutoff}'")
    bought = con.execute("SELECT customer, item, count(*)::FLOAT AS n FROM known GROUP BY ALL").fetchnumpy()
    customers, items = numpy.unique(bought["customer"]), numpy.unique(bought["item"])
    shape = (len(customers), len(items))
    place = lambda rows: (numpy.searchsorted(customers, rows["customer"]), numpy.searchsorted(items, rows["item"]))
    counts = csr_matrix((bought["n"], place(bought)), shape)
    later = con.execute(f"""
        SELECT DISTINCT customer, item FROM lines
        WHERE day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}
          AND customer IN (SELECT customer FROM known) AND item IN (SELECT item FROM known)""").fetchnumpy()
    after = csr_matrix((numpy.ones(len(later["customer"])), place(later)), shape)
    new = after - after.multiply(counts > 0)
    new.eliminate_zeros()
    outcomes = [csr_matrix(new), after]
    recent = con.execute(f"""
        SELECT item, sum(2.0 ** (-(DATE '{cutoff}' - day) / {DAYS})) AS weight
        FROM (SELECT customer, item, max(day) AS day FROM known GROUP BY ALL) GROUP BY item ORDER BY item""").fetchnumpy()["weight"]
    offers = {"audience": [own_offers(con, cutoff, customers, items, only_new) for only_new in (True, False)]}
    offers |= dict(rivals(counts, recent))
    return {name: [hit_rate(*pair) for pair in zip(found, outcomes)] for name, found in offers.items()}


def report(con: duckdb.DuckDBPyConnection, cutoffs: list[str]) -> None:
    results = {cutoff: evaluate(con, cutoff) for cutoff in cutoffs}
    titles = [f"{kind}, {cutoff}" for cutoff in cutoffs for kind in ("new", "all")]
    print("| HitRate@10 | " + " | ".join(titles) + " |\n| --- |" + " ---: |" * len(titles))
    for name in next(iter(results.values())):
        print(f"| {name} | " + " | ".join(f"{rate:.3f}" for result in results.values() for rate in result[name]) + " |")
    print(flush=True)
