"""`make bench BENCH=--intent-accuracy`: how well audience.interests finds the buyers of a category or of a single product,
beside recommenders.

The order lines, cut-offs and targets are those of intent_targets.py.
"""

import os
import warnings

# As implicit asks for, before numpy is loaded: it has threads of its own.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import duckdb  # noqa: E402
import numpy  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender  # noqa: E402
from implicit.utils import ParameterWarning  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402

import recommend_accuracy  # noqa: E402
from intent_targets import DAYS, measures, prepare, shops  # noqa: E402
from measure import connect  # noqa: E402

MEASURES = ["AUC", "top 5 %", "top 10 %", "AUC, new", "top 5 %, new", "top 10 %, new"]


def rivals(counts: csr_matrix, targets: list[numpy.ndarray]):
    """By method, a function that gives every customer's score for a set of items. Where a method has variants, it is the one
    that did best on the half of the targets for development."""
    seen = (counts > 0).astype(numpy.float64)
    warnings.simplefilter("ignore", ParameterWarning)  # about a conversion of its own
    bm25 = BM25Recommender(K=100, num_threads=2)
    bm25.fit(counts, show_progress=False)
    similarity = csr_matrix(bm25.similarity)
    als = AlternatingLeastSquares(factors=64, iterations=15, random_state=1, num_threads=2)
    als.fit(counts.astype(numpy.float32), show_progress=False)
    # EASE (Steck 2019) inverts a matrix of products by products; of the most bought 6,000.
    head = numpy.argsort(-numpy.asarray(seen.sum(axis=0)).ravel(), kind="stable")[:6000]
    place = numpy.full(seen.shape[1], -1)
    place[head] = numpy.arange(len(head))
    inner = seen[:, head]
    inverse = numpy.linalg.inv((inner.T @ inner).toarray() + 1000 * numpy.eye(len(head)))
    ease = -inverse / numpy.diag(inverse)
    # EASE does not tell what was bought before, so that is added.
    numpy.fill_diagonal(ease, 0.5)

    def ease_score(items: numpy.ndarray) -> numpy.ndarray:
        return (inner @ ease[:, place[items][place[items] >= 0]]).sum(axis=1)

    return {
        "BM25, K = 100": lambda items: numpy.asarray((seen @ similarity[:, items]).sum(axis=1)).ravel(),
        "ALS, 64 factors": lambda items: (als.user_factors @ als.item_factors[items].T).max(axis=1),
        "EASE": ease_score,
    }


def evaluate(con: duckdb.DuckDBPyConnection, cutoff: str) -> dict[tuple[str, int], list[float]]:
    """The measures by method and target number; of audience also ln of the buyers to expect over those there were."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE known AS FROM lines WHERE day <= DATE '{cutoff}'")
    found = con.execute(f"""
        WITH labelled AS (FROM lines LEFT JOIN targets USING (product)), later AS (
            SELECT DISTINCT number, customer FROM labelled WHERE number IS NOT NULL AND day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}
        ), activities AS (
            SELECT customer, sum(2.0 ** (-(DATE '{cutoff}' - day) / {DAYS})) AS activity FROM (SELECT DISTINCT customer, day FROM known) GROUP BY customer
        )
        SELECT label AS target, i.customer_id AS customer, score, probability, has_bought, activity, later.customer IS NOT NULL AS outcome
        FROM audience.interests('labelled', customer, day, product, number, as_of := DATE '{cutoff}', horizon_days := {DAYS}) AS i
        JOIN activities ON activities.customer = i.customer_id
        LEFT JOIN later ON later.customer = i.customer_id AND later.number = label
        ORDER BY label, i.customer_id""").fetchnumpy()
    customers = numpy.unique(found["customer"])
    bought = con.execute("SELECT customer, item, count(*)::DOUBLE AS n FROM known GROUP BY ALL ORDER BY ALL").fetchnumpy()
    items = numpy.unique(bought["item"])
    counts = csr_matrix((bought["n"], (numpy.searchsorted(customers, bought["customer"]), numpy.searchsorted(items, bought["item"]))))
    wanted = con.execute("SELECT DISTINCT number, item FROM targets JOIN known USING (product) ORDER BY ALL").fetchnumpy()
    targets = [numpy.searchsorted(items, wanted["item"][wanted["number"] == number]) for number in numpy.unique(wanted["number"])]
    methods = rivals(counts, targets)
    results = {}
    for number, members in enumerate(targets):
        mine = slice(number * len(customers), (number + 1) * len(customers))
        outcome, new = found["outcome"][mine].astype(float), ~found["has_bought"][mine]
        scores = {"audience": found["score"][mine]}
        scores["bought before, then activity"] = found["activity"][mine] + 1e6 * ~new
        scores |= {name: score(members) for name, score in methods.items()}
        for name, score in scores.items():
            results[name, number] = [*measures(outcome, score), *measures(outcome[new], score[new])]
        probability = numpy.ma.filled(found["probability"][mine], numpy.nan)
        results["off", number] = [numpy.log(numpy.nansum(probability) / outcome[~numpy.isnan(probability)].sum())]
    return results


def print_table(title: str, rows: dict[str, list[str]]) -> None:
    print("| " + " | ".join([title, *MEASURES]) + " |\n| --- |" + " ---: |" * len(MEASURES))
    for name, cells in rows.items():
        print("| " + " | ".join([name, *cells]) + " |")
    print(flush=True)


def report(results: list[dict[tuple[str, int], list[float]]], numbers: range) -> None:
    """Means over targets and cut-offs, and of the differences to audience also the standard error of the mean."""
    by_method = {name: numpy.array([result[name, number] for result in results for number in numbers])
                 for name in dict.fromkeys(name for name, _ in results[0])}
    off = numpy.exp(numpy.abs(by_method.pop("off")))
    digits = [3 if "AUC" in title else 2 for title in MEASURES]
    print_table("", {name: [f"{mean:.{n}f}" for mean, n in zip(found.mean(axis=0), digits)] for name, found in by_method.items()})
    ours, differences = by_method.pop("audience"), {}
    for name, found in by_method.items():
        ahead = ours - found
        errors = ahead.std(axis=0, ddof=1) / numpy.sqrt(len(ahead))
        differences[name] = [f"{mean:+.{n}f} ± {error:.{n}f}" for mean, error, n in zip(ahead.mean(axis=0), errors, digits)]
    print_table("audience ahead of", differences)
    print(f"Buyers to expect, off by a factor of: median {numpy.median(off):.2f}, geometric mean {numpy.exp(numpy.log(off).mean()):.2f}, "
          f"one in ten {numpy.quantile(off, 0.9):.2f} or more\n", flush=True)


def main() -> None:
    for shop in shops():
        with connect() as con:
            prepare(con, shop)
            kinds = [kind for kind, _ in con.execute("SELECT DISTINCT kind, number FROM targets ORDER BY number").fetchall()]
            customers, products = con.execute("SELECT count(DISTINCT customer), count(DISTINCT item) FROM lines").fetchone()
            results = [evaluate(con, cutoff) for cutoff in shop.cutoffs]
        print(f"\n{shop.title}: {customers:,} customers, {products:,} products; cut-offs {', '.join(shop.cutoffs)}; "
              + ", ".join(f"{kind}: {kinds.count(kind)}" for kind in shop.per_kind) + "\n")
        report(results, range(len(kinds)))
        with connect() as con:
            con.execute(f"CREATE TABLE lines AS SELECT customer, product AS item, day FROM ({shop.lines})")
            recommend_accuracy.report(con, shop.cutoffs)


if __name__ == "__main__":
    main()
