"""The back-test on the CDNOW orders, computed a second time with pandas, scikit-learn and the formulas of tests/oracle.py."""

import numpy
import pandas
import pytest
from sklearn.metrics import average_precision_score, brier_score_loss, roc_auc_score

import oracle
import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
CUTOFF, DAYS = pandas.Timestamp("1997-12-31"), 180
CALL = f"'orders', customer_id, order_date, amount, cutoff := DATE '{CUTOFF:%Y-%m-%d}', days := {DAYS}"
BUCKETS = {"lifecycle_stage": oracle.STAGES, "importance_tier": oracle.TIERS, "return_decile": [str(n) for n in range(1, 11)]}
# Rows R1 to R5, columns F1 to F5.
GRID = [
    ["Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose Them"],
    ["Hibernating", "Hibernating", "At Risk", "At Risk", "Can't Lose Them"],
    ["About To Sleep", "About To Sleep", "Needs Attention", "Loyal Customers", "Loyal Customers"],
    ["Promising", "Potential Loyalist", "Potential Loyalist", "Loyal Customers", "Loyal Customers"],
    ["New Customers", "Potential Loyalist", "Potential Loyalist", "Champions", "Champions"],
]


@pytest.fixture(scope="module")
def orders() -> pandas.DataFrame:
    return pandas.read_csv(ORDERS, parse_dates=["order_date"])


@pytest.fixture(scope="module")
def cdnow():
    with support.connect() as con:
        con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
        yield con


def in_window(orders: pandas.DataFrame, start: pandas.Timestamp) -> pandas.DataFrame:
    """The rows of the DAYS days after `start`."""
    return orders[(orders.order_date > start) & (orders.order_date <= start + pandas.Timedelta(days=DAYS))]


def worse(values: pandas.Series) -> pandas.Series:
    """How many values are strictly lower."""
    return values.rank(method="min") - 1


def known(orders: pandas.DataFrame, day: pandas.Timestamp) -> pandas.DataFrame:
    """The customers as of a day, their buckets under the simple rules, and what they did in the window after it."""
    so_far = orders[orders.order_date <= day]
    days = so_far.drop_duplicates(["customer_id", "order_date"]).sort_values("order_date").groupby("customer_id").order_date
    customers = pandas.DataFrame({"purchases": days.size(), "silence": (day - days.max()).dt.days})
    customers["days"] = [[date.toordinal() for date in dates] for dates in days.agg(list)]
    customers["revenue"] = so_far.groupby("customer_id").amount.sum()

    after = in_window(orders, day)
    customers["realised"] = after.groupby("customer_id").order_date.nunique()
    customers["spent"] = after.groupby("customer_id").amount.sum()
    customers = customers.fillna({"realised": 0, "spent": 0})
    customers["returned"] = customers.realised > 0

    customers["recency"] = pandas.cut(customers.silence, [-1, 30, 90, 180, 10**6], labels=False)
    r, f = (oracle.scores(list(values), 5) for values in (-customers.silence, customers.purchases))
    customers["rfm"] = [GRID[row - 1][column - 1] for row, column in zip(r, f)]
    customers["rf_grid"] = [grid_segment(*pair) for pair in zip(customers.purchases, customers.silence)]
    return customers


def grid_segment(purchases: int, silence: int) -> str:
    if purchases >= 3:
        return next(name for name, below in (("Loyal", 56), ("At Risk", 113), ("Lost", 10**6)) if silence < below)
    steps = [("New", 25), ("Promising", 51), ("Wandering", 75), ("Dormant", 10**6)][purchases - 1 :]
    return next(name for name, below in steps if silence < below)


@pytest.fixture(scope="module")
def customers(cdnow, orders) -> pandas.DataFrame:
    """Predictions of the functions of one customer, and by MBG/NBD alone those of the fitted parameters, which other tests check."""
    fields = ("r", "alpha", "a", "b", "typical_gap_days", "order_value")
    day = f"DATE '{CUTOFF:%Y-%m-%d}'"
    fit = f"FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := {day}, horizon_days := {DAYS})"
    model = oracle.Model(*cdnow.execute(f"SELECT {', '.join(fields)} {fit}").fetchone())
    as_of = CUTOFF.toordinal()
    customers = known(orders, CUTOFF)
    numbers = [oracle.numbers(days, as_of) for days in customers.days]
    values = [oracle.order_value(model, *pair) for pair in zip(customers.purchases, customers.revenue)]
    customers["alone"] = [model.returns(*three, DAYS) for three in numbers]
    predicted = cdnow.execute(f"""
        WITH histories AS (SELECT customer_id, audience.purchase_history(order_date, amount) AS h FROM orders WHERE order_date <= {day} GROUP BY customer_id)
        SELECT customer_id, return_probability(h, model, {day}, {DAYS}) AS probability, expected_purchases(h, model, {day}, {DAYS}) AS expected,
            expected_purchases(h, model, {day}, 365) AS in_a_year
        FROM histories, (SELECT model {fit})""").df().set_index("customer_id")
    customers = customers.join(predicted)
    customers["expected_spent"] = customers.expected * values
    customers["value"] = customers.revenue.clip(lower=0) + customers.in_a_year * numpy.array(values)

    vip = oracle.vip_value(customers.value.to_dict(), set(customers.index[customers.purchases > 1]))
    customers["lifecycle_stage"] = [oracle.stage(model, days, as_of) for days in customers.days]
    customers["importance_tier"] = [oracle.tier(model, days, value, vip) for days, value in zip(customers.days, customers.value)]
    # Equal histories have equal probabilities; rounding them to 12 digits keeps other arithmetic from splitting them.
    customers["return_decile"] = [str(score) for score in oracle.scores(list(-customers.probability.round(12)), 10)]
    return customers


def test_every_bucket_agrees(cdnow, customers) -> None:
    ours = cdnow.execute(f"FROM audience.backtest({CALL})").df()
    assert list(zip(ours.dimension, ours.bucket)) == [(name, bucket) for name, buckets in BUCKETS.items() for bucket in buckets]
    for dimension, rows in ours.groupby("dimension"):
        theirs = customers.groupby(dimension).agg(
            customers=("returned", "size"),
            predicted_return_rate=("probability", "mean"),
            mbg_nbd_return_rate=("alone", "mean"),
            realised_return_rate=("returned", "mean"),
            expected_purchases=("expected", "sum"),
            realised_purchases=("realised", "sum"),
            expected_revenue=("expected_spent", "sum"),
            realised_revenue=("spent", "sum"),
        )
        theirs["lift"] = theirs.realised_return_rate / customers.returned.mean()
        for column, expected in theirs.loc[rows.bucket].items():
            # The extension sums expected purchases to 1e-7.
            assert rows[column].tolist() == pytest.approx(expected.tolist(), rel=1e-6), f"{dimension}: {column}"
        assert rows.customers.sum() == len(customers) == 23570


def calibration_error(outcome: numpy.ndarray, score: numpy.ndarray) -> float:
    frame = pandas.DataFrame({"outcome": outcome, "score": score})
    groups = frame.groupby(10 * worse(frame.score) // len(frame))
    gaps = (groups.score.mean() - groups.outcome.mean()).abs()
    return (gaps * groups.size()).sum() / len(frame)


def test_every_measure_agrees(cdnow, orders, customers) -> None:
    ours = cdnow.execute(f"FROM audience.backtest_summary({CALL})").df().set_index("method")
    assert list(ours.index) == ["audience", "mbg_nbd", "recency", "rfm", "rf_grid"]
    earlier = known(orders, CUTOFF - pandas.Timedelta(days=DAYS))
    scores = {"audience": customers.probability.round(12), "mbg_nbd": customers.alone.round(12)}
    for rule in ("recency", "rfm", "rf_grid"):
        rates = earlier.groupby(rule).returned.mean()
        scores[rule] = customers[rule].map(rates).fillna(earlier.returned.mean())
    outcome = customers.returned.astype(int).to_numpy()
    for method, score in scores.items():
        row = ours.loc[method]
        assert (row.customers, row.returned) == (len(outcome), outcome.sum())
        assert row.auc == pytest.approx(roc_auc_score(outcome, score), abs=1e-9)
        assert row.average_precision == pytest.approx(average_precision_score(outcome, score), abs=1e-9)
        assert row.brier == pytest.approx(brier_score_loss(outcome, score), abs=1e-9)
        assert row.calibration_error == pytest.approx(calibration_error(outcome, score.to_numpy()), abs=1e-9)


@pytest.mark.parametrize("levels", [1, 2, 7, 10**6])
def test_ties_are_those_of_scikit_learn(con, levels: int) -> None:
    generator = numpy.random.default_rng(levels)
    score = generator.integers(0, levels, 5000) / levels
    outcome = generator.random(5000) < 0.2 + 0.5 * score
    frame = pandas.DataFrame({"score": score, "outcome": outcome})  # noqa: F841, read by DuckDB
    ours = con.execute("SELECT unnest(__audience_ranking('interests', score, outcome)) FROM frame").df().iloc[0]
    assert ours.auc == pytest.approx(roc_auc_score(outcome, score), abs=1e-12)
    assert ours.average_precision == pytest.approx(average_precision_score(outcome, score), abs=1e-12)
    assert ours.brier == pytest.approx(brier_score_loss(outcome, score), abs=1e-12)
    assert ours.calibration_error == pytest.approx(calibration_error(outcome, score), abs=1e-12)
