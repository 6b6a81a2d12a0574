"""Python packages that an analyst would take instead: the RFM scores of clusteraudiencekit, and the purchase model of PyMC-Marketing by
maximum a posteriori, which needs no sampling."""

import logging
import warnings
from importlib.metadata import version

import numpy
import pandas
from clusteraudiencekit import RFMConfig, calculate_rfm

from pymc_peer import WEEK, ModifiedBetaGeoModel, summary_in_weeks

YEAR = 365
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
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    summary = summary_in_weeks(orders)
    model = ModifiedBetaGeoModel(data=summary)
    model.fit(method="map", progressbar=False)
    expected = model.expected_purchases(data=summary, future_t=YEAR / WEEK).mean(("chain", "draw")).values
    assert len(expected) == customers and numpy.isfinite(expected).all()
