"""The measures of audience.intent_backtest, computed a second time with pandas and scikit-learn from the scores of
audience.interests."""

import numpy
import pandas
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

import support

CUTOFF, DAYS = pandas.Timestamp("2025-06-30"), 60
CALL = "'lines', customer_id, order_date, product_id, category, filter := quantity > 0"


@pytest.fixture(scope="module")
def shop():
    with support.connect() as con:
        con.execute("CREATE TABLE lines AS FROM audience.demo_lines()")
        yield con


@pytest.fixture(scope="module")
def scored(shop) -> pandas.DataFrame:
    """Every customer and label with the scores of the three methods and whether the customer bought."""
    lines = shop.execute("FROM lines WHERE quantity > 0 AND customer_id IS NOT NULL").df()
    known = lines[lines.order_date <= CUTOFF]
    after = lines[(lines.order_date > CUTOFF) & (lines.order_date <= CUTOFF + pandas.Timedelta(days=DAYS))]
    rows = shop.execute(f"SELECT label, customer_id, score, probability FROM audience.interests({CALL}, as_of := DATE '{CUTOFF:%Y-%m-%d}', horizon_days := {DAYS})").df()
    days = known.drop_duplicates(["customer_id", "order_date"])
    decayed = 2.0 ** -((CUTOFF - days.order_date).dt.days / DAYS)
    rows["activity"] = rows.customer_id.map(decayed.groupby(days.customer_id).sum().round(12))
    pairs = pandas.MultiIndex.from_frame(rows[["label", "customer_id"]])
    bought = lambda some: pairs.isin(pandas.MultiIndex.from_frame(some[["category", "customer_id"]]))
    rows["bought_before"] = rows.activity + 1e3 * bought(known)
    rows["outcome"] = bought(after)
    return rows.rename(columns={"score": "audience"})


def lift(outcome: numpy.ndarray, score: numpy.ndarray, share: float) -> float:
    """Over the mean of many random orders of equals: each customer counts with the chance of being in the head."""
    above = (score[None, :] > score[:, None]).sum(axis=1)
    equal = (score[None, :] == score[:, None]).sum(axis=1)
    chance = ((share * len(score) - above) / equal).clip(0, 1)
    return (chance * outcome).sum() / (share * len(score)) / outcome.mean()


def calibration_error(outcome: numpy.ndarray, probability: numpy.ndarray) -> float:
    lower = pandas.Series(probability).rank(method="min") - 1
    groups = pandas.DataFrame({"gap": probability - outcome}).groupby((10 * lower / len(lower)).astype(int))
    return groups.gap.sum().abs().sum() / len(lower)


def test_every_measure_of_every_label_and_method(shop, scored: pandas.DataFrame) -> None:
    found = shop.execute(f"FROM audience.intent_backtest({CALL}, cutoff := DATE '{CUTOFF:%Y-%m-%d}', days := {DAYS})").df()
    assert len(found) == 3 * scored.label.nunique() == 36
    for row in found.itertuples():
        rows = scored[scored.label == row.label]
        outcome, score = rows.outcome.to_numpy(), rows[row.method].to_numpy()
        assert (row.customers, row.buyers) == (len(rows), outcome.sum())
        assert row.auc == pytest.approx(roc_auc_score(outcome, score), abs=1e-9)
        assert row.average_precision == pytest.approx(average_precision_score(outcome, score), abs=1e-9)
        assert row.lift_top5 == pytest.approx(lift(outcome, score, 0.05), abs=1e-9)
        assert row.lift_top10 == pytest.approx(lift(outcome, score, 0.10), abs=1e-9)
        if row.method == "audience":
            assert row.calibration_error == pytest.approx(calibration_error(outcome, rows.probability.to_numpy()), abs=1e-9)
        else:
            assert numpy.isnan(row.calibration_error)
