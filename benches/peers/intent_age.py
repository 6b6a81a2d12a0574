"""`make bench BENCH=--intent-age`: how many buyers audience.interests expects of a set of products, and how many there were,
by how long the set had been sold; and what became of the customers who were given small chances.

The order lines and the half of the hashes are those of intent_accuracy.py. Every set counts that had 20 buyers by the
cut-off, 5 of them in the last 60 days, up to 40 of each kind and age at each cut-off. Its age counts from its fifth buyer on.
Compared are the customers who have a probability.
"""

import duckdb
import numpy

from intent_targets import DAYS, Shop, shops
from measure import connect
from run import print_table

AGES = ["under one horizon", "one to two horizons", "older", "any, in a shop under two horizons"]
PER_KIND_AND_AGE = 40
LOW = [0.001, 0.01]
CUTOFFS = {
    "Complete Journey": [f"2017-{day}" for day in ("03-31", "04-30", "05-31", "06-30", "07-31", "08-31", "09-30", "10-31")],
    "Online Retail": [f"2011-{month:02}-10" for month in range(3, 11)],
}


def choose(con: duckdb.DuckDBPyConnection, cutoff: str) -> None:
    """The table chosen: the number, age (its place in AGES) and products of each set."""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE chosen AS
        WITH customers AS (
            SELECT kind, target, customer, min(day) AS first, max(day) AS last
            FROM lines JOIN targets USING (product) WHERE day <= DATE '{cutoff}' GROUP BY ALL
        ), launched AS (
            SELECT kind, target, DATE '{cutoff}' - list_sort(list(first))[5] AS days, DATE '{cutoff}' - (SELECT min(day) FROM lines) AS shop_days
            FROM customers GROUP BY ALL HAVING count(*) >= 20 AND count(*) FILTER (last > DATE '{cutoff}' - {DAYS}) >= 5
        ), aged AS (
            SELECT kind, target, CASE WHEN shop_days < {2 * DAYS} THEN 3 ELSE least(days // {DAYS}, 2) END AS age FROM launched
        ), picked AS (
            FROM aged QUALIFY row_number() OVER (PARTITION BY kind, age ORDER BY md5(target)) <= {PER_KIND_AND_AGE}
        )
        SELECT dense_rank() OVER (ORDER BY target) - 1 AS number, age, product FROM picked JOIN targets USING (kind, target)""")


def evaluate(con: duckdb.DuckDBPyConnection, cutoff: str) -> list[tuple]:
    """Per set its age, the buyers expected and those there were; and below each of LOW (and from the one before on)
    how many customers, buyers expected and those there were."""
    choose(con, cutoff)
    low = ", ".join(f"count(*) FILTER ({within}), coalesce(sum(probability) FILTER ({within}), 0), count(*) FILTER (bought AND {within})"
                    for within in (f"probability >= {least} AND probability < {most}" for least, most in zip([0, *LOW], LOW)))
    return con.execute(f"""
        WITH labelled AS (SELECT customer, day, product, number FROM lines LEFT JOIN chosen USING (product)), later AS (
            SELECT DISTINCT number, customer FROM labelled
            WHERE number IS NOT NULL AND day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}
        ), judged AS (
            SELECT label AS number, probability, later.customer IS NOT NULL AS bought
            FROM audience.interests('labelled', customer, day, product, number, as_of := DATE '{cutoff}', horizon_days := {DAYS}) AS i
            LEFT JOIN later ON later.customer = i.customer_id AND later.number = label
            WHERE probability IS NOT NULL
        )
        SELECT any_value(age), sum(probability) AS expected, count(*) FILTER (bought) AS buyers, {low}
        FROM judged JOIN (SELECT DISTINCT number, age FROM chosen) USING (number) GROUP BY number ORDER BY number""").fetchall()


def summary(results: numpy.ndarray) -> list[str]:
    expected, bought = results[:, 1], results[:, 2]
    # Half a buyer where nobody bought it any more.
    factor = expected / numpy.maximum(bought, 0.5)
    off = numpy.exp(numpy.abs(numpy.log(factor)))
    return [f"{len(results):,}", f"{expected.sum():,.0f}", f"{bought.sum():,.0f}", f"{numpy.median(factor):.2f}",
            f"{numpy.median(off):.2f}", f"{numpy.quantile(off, 0.9):.1f}"]


def report(shop: Shop) -> None:
    with connect() as con:
        con.execute(f"CREATE TABLE lines AS {shop.lines}")
        con.execute(f"CREATE TABLE targets AS FROM ({shop.targets}) WHERE md5(target)[-1] IN {shop.hashes}")
        results = numpy.array([row for cutoff in CUTOFFS[shop.title] for row in evaluate(con, cutoff)], dtype=float)
    print(f"\n{shop.title}; cut-offs {', '.join(CUTOFFS[shop.title])}\n")
    print_table(["", "sets", "expected", "bought", "expected / bought, median", "off by, median", "one in ten"],
                [[name, *summary(results[results[:, 0] == age])] for age, name in enumerate(AGES) if (results[:, 0] == age).any()])
    print()
    small = results[:, 3:].sum(axis=0).reshape(len(LOW), 3)
    print_table(["probability", "customers and sets", "expected", "bought"],
                [[f"below {most:.1%}", *(f"{number:,.0f}" for number in row)] for most, row in zip(LOW, small)])


if __name__ == "__main__":
    for each in shops():
        report(each)
