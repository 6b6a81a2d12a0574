"""The orders as PyMC-Marketing takes them: a row for every customer, with time in weeks, in which its fit by maximum a posteriori finds
its way."""

import sys

import pandas

# Numba looks for a package that is named like coverage.py beside this file.
beside = sys.path.pop(0)
from pymc_marketing.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel  # noqa: E402
from pymc_marketing.clv.utils import rfm_summary  # noqa: E402

sys.path.insert(0, beside)

__all__ = ["WEEK", "BetaGeoModel", "GammaGammaModel", "ModifiedBetaGeoModel", "summary_in_weeks"]

WEEK = 7


def summary_in_weeks(orders: pandas.DataFrame, until: pandas.Timestamp | None = None) -> pandas.DataFrame:
    summary = rfm_summary(orders, "customer_id", "order_date", "amount", observation_period_end=until, time_unit="D")
    return summary.assign(recency=summary.recency / WEEK, T=summary["T"] / WEEK)
