"""Cohorts as an analyst would pivot them in pandas, on the CDNOW orders."""

import pandas
import pytest

import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
PERIODS = {"1 month": "M", "3 months": "Q", "1 year": "Y", "1 week": "W-SUN"}
"""pandas calls a week by its last day."""


def pivots(every: str, until: str) -> tuple[pandas.DataFrame, pandas.DataFrame]:
    """Retained customers and revenue by cohort and age; NaN where nobody bought and beyond the last period."""
    orders = pandas.read_csv(ORDERS, parse_dates=["order_date"])
    orders = orders[orders.order_date <= until]
    orders["period"] = orders.order_date.dt.to_period(PERIODS[every])
    orders["cohort"] = orders.groupby("customer_id").period.transform("min")
    orders["age"] = [(period - cohort).n for period, cohort in zip(orders.period, orders.cohort)]
    retained = orders.pivot_table(index="cohort", columns="age", values="customer_id", aggfunc="nunique")
    revenue = orders.pivot_table(index="cohort", columns="age", values="amount", aggfunc="sum")
    return retained, revenue


@pytest.mark.parametrize("until", ["1998-06-30", "1997-12-31", "1998-02-12"])
@pytest.mark.parametrize("every", PERIODS)
def test_cohorts_are_the_pivot(con, every: str, until: str) -> None:
    retained, revenue = pivots(every, until)
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
    ours = con.execute(f"FROM audience.cohorts('orders', customer_id, order_date, amount, every := '{every}', as_of := DATE '{until}')").df()
    assert [str(day.date()) for day in ours.cohort.unique()] == [str(period.start_time.date()) for period in retained.index]
    last = pandas.Period(until, PERIODS[every])
    for period, (day, rows) in zip(retained.index, ours.groupby("cohort")):
        assert list(rows.age) == list(range((last - period).n + 1)), day
        ages = list(rows.age)
        counts = retained.loc[period].reindex(ages).fillna(0)
        sums = revenue.loc[period].reindex(ages).fillna(0)
        assert list(rows.retained) == list(counts), day
        assert set(rows.customers) == {counts[0]}, day
        assert list(rows.retention) == pytest.approx(list(counts / counts[0])), day
        assert list(rows.revenue) == pytest.approx(list(sums)), day
        assert list(rows.cumulative_revenue_per_customer) == pytest.approx(list(sums.cumsum() / counts[0])), day
        assert list(rows.complete) == [(period + age).end_time.date() <= pandas.Timestamp(until).date() for age in ages], day
