"""`make bench BENCH=--value-peers`: customer values of PyMC-Marketing beside those of the extension, on CDNOW.

Its BG/NBD and MBG/NBD with a Gamma-Gamma model of the spend, by maximum a posteriori, are fitted to the orders up to a day. What
they expect until the log ends is held against what was spent, and their lifetime values of the next twelve months, less a discount
of 10 % a year, against those of audience.customer_values. Two peers: MAP estimates need no sampling, so the run takes minutes.
"""

import logging
import warnings
from dataclasses import dataclass

import numpy
import pandas

from measure import connect
from order_logs import CDNOW
from pymc_peer import WEEK, BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, summary_in_weeks
from run import print_table

CUTOFFS = ["1997-06-30", "1997-09-30", "1997-12-31"]
END = pandas.Timestamp("1998-06-30")
YEARLY = 0.1
MONTHLY = 1.1 ** (1 / 12) - 1


@dataclass(frozen=True)
class Found:
    """What a method says of every customer, in their order."""

    parameters: str
    purchases: numpy.ndarray
    """Until the log ends."""
    revenue: numpy.ndarray
    lifetime_value: numpy.ndarray
    """Of the next twelve months, discounted."""


def peer(model: type, summary: pandas.DataFrame, days: int) -> Found:
    transactions = model(data=summary)
    transactions.fit(method="map", progressbar=False)
    bought = summary[(summary.frequency > 0) & (summary.monetary_value > 0)]
    spend = GammaGammaModel(data=bought)
    spend.fit(method="map", progressbar=False)
    purchases = transactions.expected_purchases(data=summary, future_t=days / WEEK).mean(("chain", "draw")).values
    each = spend.expected_customer_spend(data=summary).mean(("chain", "draw")).values
    value = spend.expected_customer_lifetime_value(transactions, summary.copy(), future_t=12, discount_rate=MONTHLY, time_unit="W")
    found = {name: float(fitted.idata.posterior[name].mean()) for fitted, names in ((transactions, "r alpha a b"), (spend, "p q v")) for name in names.split()}
    # Time in days.
    found["alpha"] *= WEEK
    return Found(", ".join(f"{name} {number:.3g}" for name, number in found.items()), purchases, purchases * each, value.mean(("chain", "draw")).values)


def ours(con, cutoff: str, days: int) -> Found:
    call = f"'orders', customer_id, order_date, amount, as_of := DATE '{cutoff}'"
    model, spend = con.execute(f"""
        SELECT (SELECT model FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := DATE '{cutoff}')),
               (SELECT __audience_spend_fit('bench', log)
                FROM (SELECT __audience_purchase_log('bench', order_date, amount) AS log FROM orders WHERE order_date <= DATE '{cutoff}' GROUP BY customer_id))
        """).fetchone()
    held = con.execute(f"FROM audience.customer_values({call}, value_days := {days}) ORDER BY customer_id").fetchnumpy()
    year = con.execute(f"FROM audience.customer_values({call}, discount_rate := {YEARLY}) ORDER BY customer_id").fetchnumpy()
    found = {name: model[name] for name in ("r", "alpha", "a", "b")} | spend
    parameters = ", ".join(f"{name} {number:.3g}" for name, number in found.items())
    return Found(parameters, held["expected_purchases"], held["expected_revenue"], year["expected_revenue"])


def measures(found: Found, mine: Found, came: numpy.ndarray, spent: numpy.ndarray) -> list[str]:
    def likeness(one: numpy.ndarray, other: numpy.ndarray, method: str = "pearson") -> str:
        return f"{pandas.Series(one).corr(pandas.Series(other), method=method):.3f}"

    return [f"{found.purchases.sum():,.0f}", f"{found.revenue.sum():,.0f}", f"{numpy.abs(found.revenue - spent).mean():.2f}", likeness(found.revenue, spent),
            likeness(found.revenue, spent, "spearman"), f"{found.lifetime_value.sum():,.0f}", likeness(found.lifetime_value, mine.lifetime_value),
            likeness(found.purchases, mine.purchases)]


def main() -> None:
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    orders = pandas.read_csv(CDNOW, parse_dates=["order_date"])
    rows, parameters = [], []
    with connect() as con:
        con.execute(f"CREATE TABLE orders AS SELECT customer_id, order_date::DATE AS order_date, amount::DOUBLE AS amount FROM read_csv('{CDNOW}')")
        for cutoff in CUTOFFS:
            until = pandas.Timestamp(cutoff)
            days = (END - until).days
            summary = summary_in_weeks(orders[orders.order_date <= until], until).sort_values("customer_id").reset_index(drop=True)
            later = orders[orders.order_date > until]
            spent = later.groupby("customer_id").amount.sum().reindex(summary.customer_id).fillna(0).to_numpy()
            came = later.drop_duplicates(["customer_id", "order_date"]).groupby("customer_id").size().reindex(summary.customer_id).fillna(0).to_numpy()
            mine = ours(con, cutoff, days)
            methods = {"audience": mine, "PyMC-Marketing, MBG/NBD": peer(ModifiedBetaGeoModel, summary, days), "PyMC-Marketing, BG/NBD": peer(BetaGeoModel, summary, days)}
            rows.append([f"{cutoff}, {days} days: what came", f"{came.sum():,.0f}", f"{spent.sum():,.0f}", *[""] * 6])
            for name, found in methods.items():
                rows.append([name, *measures(found, mine, came, spent)])
                parameters.append([cutoff, name, found.parameters])
    print_table(["", "purchases", "revenue", "mean error", "correlation", "rank correlation", "value of 12 months, discounted", "correlation with audience",
                 "purchases: correlation with audience"], rows)
    print()
    print_table(["up to", "", "parameters"], parameters)


if __name__ == "__main__":
    main()
