"""`make bench BENCH=--intent`: purchase intent and recommendations, 10 M lines of 200,000 customers and 20,000 products, beside
implicit in the same run. The floor is the plain GROUP BY customer and product of the same lines.
"""

import os
import tempfile
from pathlib import Path

os.environ["OPENBLAS_NUM_THREADS"] = "1"

import duckdb  # noqa: E402
import numpy  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402

from candidates import Candidate  # noqa: E402
from data import line_table  # noqa: E402
from measure import ROOT, compare, connect, cost, peak_megabytes  # noqa: E402
from run import mark, print_table  # noqa: E402

FLOOR = "SELECT customer_id, product_id, count(*) AS lines, max(order_date) AS last FROM lines GROUP BY 1, 2"
LINES = "'lines', customer_id, order_date"
WARM = "SELECT max(customer_id), max(order_date), max(product_id), max(category), max(amount) FROM lines"
CANDIDATES = [
    Candidate("interested_in, one target", f"FROM audience.interested_in({LINES}, product_id, category = 'C1')", 3),
    Candidate("interests, 20 labels", f"FROM audience.interests({LINES}, product_id, category)", 4),
    Candidate("interests, 20 labels, amounts", f"FROM audience.interests({LINES}, product_id, category, amount := amount)"),
    Candidate("interests, 20 labels, top 1,000", f"FROM audience.interests({LINES}, product_id, category, top := 1000)"),
    Candidate("bought", f"FROM audience.bought({LINES}, category = 'C1')"),
    Candidate("cross_sell", f"FROM audience.cross_sell({LINES}, product_id, category = 'C1', category = 'C2')"),
    Candidate("lookalikes", f"FROM audience.lookalikes({LINES}, product_id, amount, customer_id % 50 = 0)"),
    Candidate("intent_backtest, 20 labels", f"FROM audience.intent_backtest({LINES}, product_id, category, DATE '2025-10-01')"),
]
RECOMMEND = Candidate("recommend, 10 new products", f"FROM audience.recommend({LINES}, product_id, only_new := true)")
AFFINITY = Candidate("product_affinity, 100 in common", f"FROM audience.product_affinity({LINES}, product_id, min_together := 100)")
PEAK_MEGABYTES = 4096


def measure(database: str, rounds: int, candidate: Candidate) -> tuple[list[str], float]:
    with connect(database) as con:
        found = compare(con, FLOOR, candidate.query, rounds)
    peak = peak_megabytes(database, candidate.query, WARM)
    target = "" if candidate.time_target is None else mark(found.ratio() <= candidate.time_target, f"≤ {candidate.time_target:g}")
    row = [candidate.name, f"{found.floor_seconds():.2f} s", f"{found.seconds():.2f} s", f"{found.ratio():.2f}",
           f"{found.cpu_ratio():.2f}", target, f"{peak:,.0f} MB", mark(peak <= PEAK_MEGABYTES, f"≤ {PEAK_MEGABYTES:,} MB")]
    return row, found.seconds()


def implicit_seconds(database: str) -> tuple[float, float]:
    """What BM25 takes to fit, and to recommend ten new products to everybody, both from the finished matrix."""
    with connect(database) as con:
        bought = con.execute("""
            SELECT (dense_rank() OVER (ORDER BY customer_id) - 1)::INTEGER AS customer, (dense_rank() OVER (ORDER BY product_id) - 1)::INTEGER AS product
            FROM lines""").fetchnumpy()
    matrix = csr_matrix((numpy.ones(len(bought["customer"]), numpy.float32), (bought["customer"], bought["product"])))
    model = BM25Recommender(K=100, num_threads=2)
    fit = cost(lambda: model.fit(matrix, show_progress=False)).seconds
    return fit, cost(lambda: model.recommend(numpy.arange(matrix.shape[0]), matrix, N=10)).seconds


def main() -> None:
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as directory:
        database = str(Path(directory) / "lines.duckdb")
        with duckdb.connect(database) as con:
            con.execute(f"CREATE TABLE lines AS {line_table(10_000_000, 200_000, 20_000)}")
            print(f"{con.execute('SELECT count(*) FROM lines').fetchone()[0]:,} lines of 200,000 customers and 20,000 products\n")
        header = ["", "floor", "time", "ratio", "CPU ratio", "target", "peak", "target"]
        print_table(header, [measure(database, 3, candidate)[0] for candidate in CANDIDATES])
        fit, recommend = implicit_seconds(database)
        rows = []
        for candidate, theirs, name in [(RECOMMEND, fit + recommend, "BM25 fit and recommend"), (AFFINITY, fit, "BM25 fit")]:
            row, ours = measure(database, 1, candidate)
            row[5] = mark(ours <= theirs, f"≤ {name}, {theirs:.2f} s")
            rows.append(row)
        print()
        print_table(header, rows)


if __name__ == "__main__":
    main()
