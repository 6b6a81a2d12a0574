"""`make bench BENCH=--intent-cuts`: what the ways to cut a list of likely buyers give: how many customers it has, and how many of those
who buy in the 60 days after it.

The order lines, cut-offs and targets are those of intent_targets.py, and the demo shop with its categories.
"""

import duckdb
import numpy

from intent_targets import DAYS, prepare, shops
from measure import connect
from run import print_table

# For a customer of the list, by the columns of audience.interests; among all customers, and among those who never bought.
CUTS = {
    "the first 5 %": "rank <= 0.05 * customers",
    "the first 20 %": "rank <= 0.2 * customers",
    "half of the expected buyers": "cumulative_buyer_share <= 0.5",
    "80 % of the expected buyers": "cumulative_buyer_share <= 0.8",
    "a lift of 2 or more": "lift >= 2",
    "a probability of 5 % or more": "probability >= 0.05",
}
DEMO = ["2025-03-31", "2025-09-30"]


def rows(con: duckdb.DuckDBPyConnection, cutoff: str, only_new: bool) -> list[tuple]:
    """By target, the customers and the buyers among them: of all, and by cut; and the expected buyers of each."""
    sums = ", ".join(f"count(*) FILTER ({cut}) / count(*), count(*) FILTER (outcome AND {cut}) / count(*) FILTER (outcome)" for cut in CUTS.values())
    return con.execute(f"""
        WITH later AS (
            SELECT DISTINCT number, customer FROM labelled WHERE number IS NOT NULL AND day > DATE '{cutoff}' AND day <= DATE '{cutoff}' + {DAYS}
        ), listed AS (
            SELECT i.*, later.customer IS NOT NULL AS outcome, count(*) OVER (PARTITION BY label) AS customers
            FROM audience.interests('labelled', customer, day, item, number, as_of := DATE '{cutoff}', horizon_days := {DAYS}, only_new := {only_new}) AS i
            LEFT JOIN later ON later.customer = i.customer_id AND later.number = label
        )
        SELECT {sums} FROM listed GROUP BY label HAVING count(*) FILTER (outcome) >= 5 ORDER BY label""").fetchall()


def report(title: str, con: duckdb.DuckDBPyConnection, cutoffs: list[str]) -> None:
    for only_new in (False, True):
        found = numpy.array([row for cutoff in cutoffs for row in rows(con, cutoff, only_new)], float)
        listed, reached = found[:, 0::2], found[:, 1::2]
        print(f"\n{title}{', who never bought' if only_new else ''}: {len(found)} lists; cut-offs {', '.join(cutoffs)}\n")
        print_table(["", "customers", "buyers", "buyers, one list in ten below", "one in ten above"],
                    [[cut, f"{listed[:, k].mean():.1%}", f"{reached[:, k].mean():.1%}",
                      *(f"{numpy.quantile(reached[:, k], q):.1%}" for q in (0.1, 0.9))] for k, cut in enumerate(CUTS)])


def main() -> None:
    with connect() as con:
        con.execute("""CREATE TABLE labelled AS SELECT customer_id AS customer, product_id AS item, order_date AS day, category AS number
                       FROM audience.demo_lines() WHERE status = 'completed' AND customer_id IS NOT NULL""")
        report("demo shop", con, DEMO)
    for shop in shops():
        with connect() as con:
            prepare(con, shop)
            con.execute("CREATE VIEW labelled AS FROM lines LEFT JOIN targets USING (product)")
            report(shop.title, con, shop.cutoffs)


if __name__ == "__main__":
    main()
