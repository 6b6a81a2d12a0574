"""The forecast of cohorts by hand in numpy, from the public functions of the purchase model on the CDNOW orders: the level
and the spread of what three windows of the past were off by, and the interval that follows."""

import numpy
import pandas
import pytest
from scipy.stats import t as student

import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"


def expected(con, as_of: pandas.Timestamp, days: list[int]) -> pandas.DataFrame:
    """One row per customer: the cohort, and within each number of days the revenue to expect, and the logarithm
    of the chance that nothing is bought."""
    day = f"DATE '{as_of.date()}'"
    columns = ", ".join(f"""
        order_value(history, model, {day}) * expected_purchases(history, model, {day}, {ahead}) AS within_{ahead},
        ln(1 - return_probability(history, model, {day}, {ahead})) AS none_{ahead}""" for ahead in days)
    return con.execute(f"""
        WITH shop AS MATERIALIZED (
            SELECT model FROM audience.purchase_model('orders', customer_id, order_date, amount := amount, as_of := {day})
        ), histories AS MATERIALIZED (
            SELECT customer_id, audience.purchase_history(order_date, amount) AS history
            FROM orders WHERE order_date <= {day} GROUP BY customer_id
        )
        SELECT customer_id, date_trunc('month', history.first_order_date) AS cohort, {columns} FROM histories, shop""").df().set_index("customer_id")


@pytest.mark.parametrize("until", ["1997-12-31", "1998-02-12"])
def test_the_forecast_by_hand(con, until: str) -> None:
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}') WHERE customer_id % 5 = 0")
    orders = con.execute("SELECT customer_id, order_date::TIMESTAMP AS day, amount FROM orders").df()
    as_of = pandas.Timestamp(until)
    ours = con.execute(f"FROM audience.cohort_forecast('orders', customer_id, order_date, amount, as_of := DATE '{until}', ahead := 3) WHERE NOT observed").df()
    ends = sorted(ours.period_end.unique())
    window = min((as_of - orders.day.min()).days // 4, (ends[-1] - as_of).days)

    levels, gaps = [], {"customers": [], "cohorts": [], "of": [], "squares": [], "errors": []}
    for back in (3, 2, 1):
        start = as_of - pandas.Timedelta(days=back * window)
        found = expected(con, start, [window]).rename(columns={f"within_{window}": "expected"})
        later = orders[(orders.day > start) & (orders.day <= start + pandas.Timedelta(days=window))]
        found["actual"] = later.groupby("customer_id").amount.sum().reindex(found.index).fillna(0)
        level = numpy.log(found.actual.sum() / found.expected.sum())
        levels.append(level)
        gaps["errors"].append((found.actual - found.expected) ** 2)
        found["expected"] *= numpy.exp(level)
        sums = found.groupby("cohort")[["expected", "actual"]].sum()
        gaps["customers"].append(((found.actual - found.expected) ** 2).sum())
        gaps["of"].append(found.expected.sum())
        gaps["cohorts"].append(((sums.actual - sums.expected) ** 2).sum())
        gaps["squares"].append((sums.expected**2).sum())
    known = numpy.array([0, *levels])
    dispersion = sum(gaps["customers"]) / sum(gaps["of"])
    spread = max(0, (sum(gaps["cohorts"]) - sum(gaps["customers"])) / sum(gaps["squares"]))
    errors = pandas.concat(gaps["errors"])
    freedom = 2 * errors.sum() ** 2 / (errors**2).sum()
    level_variance = known.var(ddof=1) * (1 + 1 / len(known))

    days = [(end - as_of).days for end in ends]
    ahead = expected(con, as_of, days)
    sizes = ahead.groupby("cohort").size()
    so_far = orders[orders.day <= as_of].groupby(orders.customer_id.map(ahead.cohort)).amount.sum()
    highest = {"low": 0, "high": 0}
    for end, within in zip(ends, days):
        rows = ours[ours.period_end == end].set_index("cohort")
        mean, none = (ahead.groupby("cohort")[f"{name}_{within}"].sum() * numpy.exp(known.mean()) for name in ("within", "none"))
        own = dispersion / mean
        relative = own + spread + level_variance
        buys = 1 - numpy.exp(none)
        # No less than that of equal purchases which come at random.
        sigma = numpy.sqrt(numpy.log1p(numpy.maximum(max(1, within / window) * relative, -1 / none)) + numpy.log(buys))
        quantile = {chance: mean / buys * numpy.exp(-(sigma**2) / 2 + student.ppf((chance - 1 + buys) / buys, freedom * (relative / own) ** 2) * sigma) for chance in (0.1, 0.9)}
        highest["low"] = numpy.maximum(highest["low"], numpy.minimum(quantile[0.1], mean))
        highest["high"] = numpy.maximum(highest["high"], numpy.maximum(quantile[0.9], mean))
        for column, sum_ahead in {"cumulative_revenue_per_customer": mean, **highest}.items():
            assert list(rows[column]) == pytest.approx(list((so_far + sum_ahead) / sizes), rel=1e-7), (end, column)
        assert list(rows.customers) == list(sizes)
