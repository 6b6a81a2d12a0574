"""Python packages that an analyst would take instead: the RFM scores of clusteraudiencekit, and the purchase model of PyMC-Marketing by
maximum a posteriori, which needs no sampling."""

import logging
import sys
import warnings
from importlib.metadata import version

import numpy
import pandas
from clusteraudiencekit import RFMConfig, calculate_rfm

# Numba looks for a package that is named like coverage.py beside this file.
beside = sys.path.pop(0)
from pymc_marketing.clv import ModifiedBetaGeoModel  # noqa: E402
from pymc_marketing.clv.utils import rfm_summary  # noqa: E402

sys.path.insert(0, beside)

WEEK, YEAR = 7, 365
RFM = f"clusteraudiencekit {version('clusteraudiencekit')}, `calculate_rfm`"
MODEL = f"PyMC-Marketing {version('pymc-marketing')}: summary, MBG/NBD by MAP, a year's purchases"

Transactions = list[tuple[str, str, float]]


def transactions(orders: pandas.DataFrame) -> Transactions:
    """What `calculate_rfm` takes."""
    days = orders.order_date.dt.strftime("%Y-%m-%dT00:00:00+00:00")
    return list(zip(orders.customer_id.astype(str), days, orders.amount))


def rfm_scores(rows: Transactions, customers: int) -> None:
    """Scores of one to five, and a segment. The package counts days until today, whatever the day of the orders."""
    scores = calculate_rfm(rows, RFMConfig())
    assert len(scores) == customers and sum(score.frequency for score in scores) == len(rows)


def expected_purchases(orders: pandas.DataFrame, customers: int) -> None:
    """Time in weeks, in which its MAP fit finds its way."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    summary = rfm_summary(orders, "customer_id", "order_date", "amount", time_unit="D")
    summary = summary.assign(recency=summary.recency / WEEK, T=summary["T"] / WEEK)
    model = ModifiedBetaGeoModel(data=summary)
    model.fit(method="map", progressbar=False)
    expected = model.expected_purchases(data=summary, future_t=YEAR / WEEK).mean(("chain", "draw")).values
    assert len(expected) == customers and numpy.isfinite(expected).all()
