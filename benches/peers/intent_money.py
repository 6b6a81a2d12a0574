"""`make bench BENCH=--intent-money`: the revenue to expect of a set of products in the next 60 days, beside what was spent; and whom it
puts first.

The order lines, cut-offs and targets are those of intent_targets.py, with the amount of each line.
"""

import duckdb
import numpy
from scipy.stats import spearmanr

from intent_targets import DAYS, prepare, shops
from measure import connect
from run import print_table

ORDERS = ["expected_revenue", "probability", "spent before"]


def somers(score: numpy.ndarray, outcome: numpy.ndarray) -> float:
    """Somers' D of the score: of two customers who spent differently, how much more often the one who spent more is first than last.
    It is 2 AUC - 1 where the outcome is only whether they spent. Equal scores are neither."""
    wins = pairs = 0
    for spent in numpy.unique(outcome[outcome > 0]):
        mine, less = score[outcome == spent], numpy.sort(score[outcome < spent])
        wins += (numpy.searchsorted(less, mine, "left") - len(less) + numpy.searchsorted(less, mine, "right")).sum()
        pairs += len(mine) * len(less)
    return wins / pairs


def head(score: numpy.ndarray, outcome: numpy.ndarray, share: float = 0.1) -> float:
    """The share of all that was spent which the first tenth spent; of equals at the border, the expected part."""
    values, inverse, counts = numpy.unique(-score, return_inverse=True, return_counts=True)
    taken = numpy.diff(numpy.minimum(numpy.cumsum(counts), share * len(score)), prepend=0)
    return (numpy.bincount(inverse, outcome, len(values)) * taken / counts).sum() / outcome.sum()


def evaluate(con: duckdb.DuckDBPyConnection, cutoff: str) -> dict[int, tuple[list[float], list[list[float]]]]:
    """By target: the expected and the real buyers and revenue, and the measures of each order."""
    found = con.execute(f"""
        WITH sums AS (
            SELECT number, customer, coalesce(sum(amount) FILTER (day <= DATE '{cutoff}'), 0) AS before,
                   coalesce(sum(amount) FILTER (day > DATE '{cutoff}'), 0) AS later
            FROM labelled WHERE number IS NOT NULL AND day <= DATE '{cutoff}' + {DAYS} GROUP BY ALL
        )
        SELECT label, coalesce(probability, 0) AS probability, coalesce(expected_revenue, 0) AS expected_revenue,
               coalesce(before, 0) AS "spent before", coalesce(later, 0) AS spent
        FROM audience.interests('labelled', customer, day, product, number, as_of := DATE '{cutoff}', horizon_days := {DAYS}, amount := amount) AS i
        LEFT JOIN sums ON sums.number = label AND sums.customer = i.customer_id
        ORDER BY label, i.customer_id""").fetchnumpy()
    results = {}
    for number in numpy.unique(found["label"]):
        mine = {name: values[found["label"] == number] for name, values in found.items()}
        spent = mine["spent"]
        totals = [mine["probability"].sum(), (spent > 0).sum(), mine["expected_revenue"].sum(), spent.sum()]
        results[number] = totals, [[somers(mine[by], spent), head(mine[by], spent), spearmanr(mine[by], spent)[0]] for by in ORDERS]
    return results


def total_row(kind: str, cutoff: str, totals: numpy.ndarray) -> list[str]:
    buyers, revenue = totals[:, 0] / totals[:, 1], totals[:, 2] / totals[:, 3]
    off = numpy.exp(numpy.abs(numpy.log(revenue)))
    return [f"{kind}, {cutoff}", str(len(totals)), f"{totals[:, 2].sum():,.0f}", f"{totals[:, 3].sum():,.0f}", f"{numpy.median(revenue):.2f}",
            f"{numpy.median(off):.2f}", f"{numpy.quantile(off, 0.9):.2f}", f"{numpy.exp(numpy.median(numpy.abs(numpy.log(buyers)))):.2f}"]


def main() -> None:
    for shop in shops():
        rows, orders = [], []
        with connect() as con:
            prepare(con, shop)
            con.execute(f"CREATE TABLE spends AS {shop.spends}; CREATE VIEW labelled AS FROM spends LEFT JOIN targets USING (product)")
            kinds = dict(con.execute("SELECT DISTINCT number, kind FROM targets").fetchall())
            for cutoff in shop.cutoffs:
                found = evaluate(con, cutoff)
                orders += [measured for _, measured in found.values()]
                for kind in shop.per_kind:
                    rows.append(total_row(kind, cutoff, numpy.array([totals for number, (totals, _) in found.items() if kinds[number] == kind])))
        print(f"\n{shop.title}\n")
        print_table(["", "sets", "expected", "spent", "expected / spent, median", "off by", "one in ten", "buyers off by"], rows)
        print()
        print_table(["by", "Somers' D", "revenue in the first 10 %", "Spearman"],
                    [[by, *(f"{value:.3f}" for value in numpy.mean(orders, axis=0)[place])] for place, by in enumerate(ORDERS)])


if __name__ == "__main__":
    main()
