"""`lifetimes`, the package most analysts use for this today, as a peer on the CDNOW orders."""

import csv
import math

import pandas
import pytest
from lifetimes import ModifiedBetaGeoFitter
from lifetimes.utils import summary_data_from_transaction_data

import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
UNTIL = "1997-12-31"


@pytest.fixture(scope="module")
def summary() -> pandas.DataFrame:
    orders = pandas.read_csv(ORDERS, parse_dates=["order_date"])
    orders = orders[orders.order_date <= UNTIL]
    return summary_data_from_transaction_data(orders, "customer_id", "order_date", observation_period_end=UNTIL)


@pytest.fixture
def cdnow(con):
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
    return con


def test_the_data_is_what_we_think() -> None:
    with ORDERS.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 69659 and len({row["customer_id"] for row in rows}) == 23570


def test_summaries_agree_for_every_customer(cdnow, summary) -> None:
    ours = cdnow.execute(f"""
        SELECT customer_id, purchases - 1 AS frequency, last_order_date - first_order_date AS recency,
               DATE '{UNTIL}' - first_order_date AS "T"
        FROM audience.lifecycle_stage('orders', customer_id, order_date, as_of := DATE '{UNTIL}')""").df()
    both = ours.set_index("customer_id").join(summary, rsuffix="_peer", how="outer")
    assert len(both) == len(summary) == 23570
    for column in ("frequency", "recency", "T"):
        assert (both[column] == both[f"{column}_peer"]).all()


def test_probabilities_agree_at_the_same_parameters(cdnow, summary) -> None:
    """Their formulas with our parameters; their own fit has no prior and other units."""
    r, alpha, a, b = cdnow.execute(f"""
        SELECT r, alpha, a, b FROM audience.purchase_model('orders', customer_id, order_date, as_of := DATE '{UNTIL}')""").fetchone()
    peer = ModifiedBetaGeoFitter()
    peer.params_ = pandas.Series({"r": r, "alpha": alpha, "a": a, "b": b})
    ours = cdnow.execute(f"""
        SELECT customer_id, alive_probability
        FROM audience.lifecycle_stage('orders', customer_id, order_date, as_of := DATE '{UNTIL}')
        ORDER BY customer_id""").df()
    theirs = peer.conditional_probability_alive(summary["frequency"], summary["recency"], summary["T"])
    pairs = zip(ours.alive_probability, theirs)
    assert all(math.isclose(mine, yours, rel_tol=1e-9, abs_tol=1e-12) for mine, yours in pairs)


def test_the_fit_is_near_theirs_and_no_worse(cdnow, summary) -> None:
    """With 23,570 customers the weak prior barely moves the estimate; the fit uses 20,000 of them."""
    ours = cdnow.execute(f"""
        SELECT r, alpha, a, b FROM audience.purchase_model('orders', customer_id, order_date, as_of := DATE '{UNTIL}')""").fetchone()
    peer = ModifiedBetaGeoFitter().fit(summary["frequency"], summary["recency"] / 7, summary["T"] / 7)
    r, alpha, a, b = (float(peer.params_[name]) for name in ("r", "alpha", "a", "b"))
    for mine, yours in zip(ours, (r, alpha * 7, a, b)):
        assert mine == pytest.approx(yours, rel=0.02)
