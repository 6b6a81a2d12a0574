"""`make bench BENCH=--lapse`: who of the customers that audience.contact_stage calls Lapsed comes back all the same.

Lapsed is silent for more than the larger of the shop's threshold and 1.1 usual gaps. The threshold is taken from all waits, as
they are or with every customer counting for one, at several days of four shops. The others are there to compare with.
"""

import warnings

import duckdb
import numpy
from lifelines import KaplanMeierFitter
from lifelines.exceptions import StatisticalWarning

from measure import connect
from order_logs import order_logs
from run import print_table

ENOUGH = 30
SHARE = 0.8


def threshold(waits: numpy.ndarray, ended: numpy.ndarray, weights: numpy.ndarray | None) -> int:
    """The day by which 80 % of the waits have ended that end while 30 of them are at risk."""
    reached = 1 - KaplanMeierFitter().fit(waits, ended, weights=weights).survival_function_.iloc[:, 0]
    end = numpy.sort(waits)[-ENOUGH]
    return int(reached[reached >= SHARE * reached[end] - 1e-10].index[0])


def outcomes(silence: numpy.ndarray, usual_gap: numpy.ndarray, wait: numpy.ndarray, days: int) -> list[str]:
    """How many have lapsed, who of them orders within 30 days and within as many days as it took them to lapse, and who of the
    others orders within 30 days."""
    limit = numpy.maximum(days, 1.1 * usual_gap)
    lapsed = silence > limit
    shares = [lapsed.mean(), (wait <= 30)[lapsed].mean(), (wait <= limit)[lapsed].mean(), (wait <= 30)[~lapsed].mean()]
    return [f"{100 * share:.0f} %" for share in shares]


def study(con: duckdb.DuckDBPyConnection, cutoff: str) -> list[list[str]]:
    day = f"DATE '{cutoff}'"
    bought = "SELECT DISTINCT customer, day FROM lines WHERE customer IS NOT NULL AND amount >= 0"
    gaps = con.execute(f"""
        WITH days AS ({bought} AND day <= {day})
        SELECT customer, coalesce(lead(day) OVER following, {day}) - day AS wait, lead(day) OVER following IS NOT NULL AS ended
        FROM days WINDOW following AS (PARTITION BY customer ORDER BY day)""").fetchnumpy()
    known = con.execute(f"""
        WITH next AS (SELECT customer AS contact_id, min(day) - {day} AS wait FROM ({bought}) WHERE day > {day} GROUP BY customer)
        SELECT silence_days, usual_gap_days, coalesce(wait, 99999) AS wait, contact_stage = 'Lapsed' AS lapsed, lapse_after_days
        FROM audience.contact_stage('lines', customer, 'lines', customer, day, amount, as_of := {day}) LEFT JOIN next USING (contact_id)
        WHERE purchases > 0""").fetchnumpy()
    ours = con.execute(f"SELECT threshold_days FROM audience.lapse_threshold('lines', customer, day, amount := amount, as_of := {day})").fetchone()[0]
    _, customer, waits = numpy.unique(gaps["customer"], return_inverse=True, return_counts=True)
    thresholds = {
        "none, usual gap alone": 0,
        "every wait counts for one": threshold(gaps["wait"], gaps["ended"], None),
        "every customer counts for one": threshold(gaps["wait"], gaps["ended"], 1 / waits[customer]),
    }
    assert thresholds["every customer counts for one"] == ours, "the last row is the extension's"
    found = [[name, str(days), *outcomes(known["silence_days"], known["usual_gap_days"], known["wait"], days)] for name, days in thresholds.items()]
    assert found[-1][2] == f"{100 * known['lapsed'].mean():.0f} %"
    return found


def main() -> None:
    # About the variance of weighted curves, which is not looked at.
    warnings.simplefilter("ignore", StatisticalWarning)
    rows = []
    for log in order_logs():
        with connect() as con:
            con.execute(f"CREATE TABLE lines AS {log.lines}")
            for cutoff in log.cutoffs:
                rows += [[f"{log.title}, {cutoff}", *row] for row in study(con, cutoff)]
    print_table(["", "threshold", "days", "lapsed", "of these within 30 days", "within as many days again", "others within 30 days"], rows)


if __name__ == "__main__":
    main()
