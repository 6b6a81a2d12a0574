"""Kaplan-Meier and Greenwood of `lifelines` as a peer on the CDNOW orders, and the interval against resampled customers."""

import numpy
import pandas
import pytest
from lifelines import KaplanMeierFitter

import support
from test_docs import docs
from pages import blocks

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
PAGE = support.ROOT / "docs/gaps.md"
DAYS = (30, 60, 90, 180, 365)
Z = 1.959963984540054

# lifelines warns that its percentiles are those of a step function, which is what we want, and that the variance of a weighted
# curve is none, which we do not read.
pytestmark = [pytest.mark.filterwarnings(f"ignore::lifelines.exceptions.{kind}") for kind in ("ApproximationWarning", "StatisticalWarning")]


@pytest.fixture(scope="module")
def waits() -> pandas.DataFrame:
    """One row per gap and per open silence, made without the extension."""
    orders = pandas.read_csv(ORDERS, parse_dates=["order_date"]).rename(columns={"order_date": "day"})
    days = orders[["customer_id", "day"]].drop_duplicates().sort_values(["customer_id", "day"])
    by_customer = days.groupby("customer_id")["day"]
    until = by_customer.shift(-1)
    return pandas.DataFrame({
        "customer": days.customer_id.factorize()[0],
        "number": by_customer.cumcount() + 2,
        "days": (until.fillna(days.day.max()) - days.day).dt.days,
        "ended": until.notna(),
        # Every customer counts for one.
        "weight": 1 / by_customer.transform("size"),
    })


@pytest.fixture
def cdnow(con):
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
    return con


def fitted(waits: pandas.DataFrame) -> KaplanMeierFitter:
    return KaplanMeierFitter().fit(waits.days, waits.ended)


def of_customers(waits: pandas.DataFrame) -> KaplanMeierFitter:
    return KaplanMeierFitter().fit(waits.days, waits.ended, weights=waits.weight)


def only(con, sql: str) -> dict:
    return con.execute(sql).df().iloc[0].to_dict()


# == The curve


def test_every_purchase_number_agrees(cdnow, waits) -> None:
    ours = cdnow.execute("FROM audience.order_gaps('orders', customer_id, order_date)").df().astype(float).set_index("purchase_number")
    assert list(ours.index) == sorted(waits.number.unique())
    for number, own in waits.groupby("number"):
        mine, peer = ours.loc[number], fitted(own)
        assert (mine.customers_at_risk, mine.customers_converted) == (len(own), own.ended.sum())
        for day in DAYS:
            known = day <= own.days.max() or own.ended.all()
            expected = 1 - peer.predict(day) if known else numpy.nan
            assert mine[f"share_{day}_days"] == pytest.approx(expected, abs=1e-10, nan_ok=True), (number, day)
        for name, share in [("p25", 0.25), ("median", 0.5), ("p75", 0.75)]:
            # The rounding of an exact tie is not what is compared here.
            expected = peer.percentile(1 - share + 1e-9)
            expected = expected if numpy.isfinite(expected) else numpy.nan
            assert mine[f"{name}_days"] == pytest.approx(expected, nan_ok=True), (number, name)
            completed = own.days[own.ended]
            naive = numpy.quantile(completed, share) if len(completed) else numpy.nan
            assert mine[f"naive_{name}_days"] == pytest.approx(naive, nan_ok=True), (number, name)


def test_cdnow_levels_off_where_it_is_known_to(cdnow, waits) -> None:
    """1 - S over all gaps, and over the first gap only."""
    assert 1 - fitted(waits).survival_function_.iloc[-1, 0] == pytest.approx(0.698, abs=5e-4)
    assert 1 - fitted(waits[waits.number == 2]).survival_function_.iloc[-1, 0] == pytest.approx(0.493, abs=5e-4)


@pytest.mark.parametrize("share", [0.5, 0.8, 0.95])
def test_the_threshold_agrees(cdnow, waits, share: float) -> None:
    ours = only(cdnow, f"FROM audience.lapse_threshold('orders', customer_id, order_date, share := {share})")
    reached, threshold, end = ends(waits, share)
    assert ours["ever_return_share"] == pytest.approx(reached[end], abs=1e-10)
    assert ours["threshold_days"] == threshold
    completed = waits[waits.ended]
    own = completed.groupby("customer").days.mean()
    expected = [len(completed), (~waits.ended).sum(), own.mean(), *numpy.quantile(completed.days, [0.4, 0.8])]
    found = [ours[name] for name in ("gaps", "censored", "mean_own_gap_days", "p40_gap_days", "p80_gap_days")]
    assert found == pytest.approx(expected)


# == The interval


def interval(reached: pandas.Series, end: int, target: float, error: float) -> list[float]:
    """Woodruff: where the curve reaches the ends of the interval of the share; beyond the end it is not read."""
    days = [reached[reached >= bound - 1e-10].index[0] if reached.max() >= bound else numpy.inf for bound in (target - Z * error, target + Z * error)]
    return [day if day <= end else numpy.nan for day in days]


def ends(waits: pandas.DataFrame, share: float) -> tuple[pandas.Series, int, int]:
    """1 - S by day, the threshold, and the last day that 30 waits have reached."""
    reached = 1 - of_customers(waits).survival_function_.iloc[:, 0]
    end = waits.days.nlargest(30).iloc[-1]
    return reached, reached[reached >= share * reached[end]].index[0], end


@pytest.mark.parametrize("share", [0.5, 0.8])
def test_with_one_wait_per_customer_the_interval_is_greenwoods(con, waits, share: float) -> None:
    """First gaps of CDNOW that ended, moved so that they all do so on the last day and nobody waits for anything more."""
    first = waits[(waits.number == 2) & waits.ended].head(3000).assign(weight=1)
    con.register("first", first)
    con.execute("""
        CREATE TABLE orders AS SELECT customer, DATE '1999-01-01' - days::INTEGER AS order_date FROM first
        UNION ALL SELECT customer, DATE '1999-01-01' FROM first""")
    ours = only(con, f"FROM audience.lapse_threshold('orders', customer, order_date, as_of := DATE '1999-01-01', share := {share})")

    reached, threshold, end = ends(first, share)
    survival, greenwood = 1 - reached, fitted(first)._cumulative_sq_
    greenwood = greenwood.squeeze() if hasattr(greenwood, "squeeze") else greenwood
    # Cov(S(s), S(t)) = S(s) S(t) times Greenwood's sum up to the earlier of the two.
    weights = numpy.array([survival[threshold], -share * survival[end]])
    sums = numpy.array([[greenwood[threshold], greenwood[threshold]], [greenwood[threshold], greenwood[end]]])
    variance = weights @ sums @ weights * len(first) / (len(first) - 1)
    expected = interval(reached, end, share * reached[end], variance**0.5)
    assert [ours["threshold_days"], ours["lower_days"], ours["upper_days"]] == pytest.approx([threshold, *expected], nan_ok=True)


def resampled(waits: pandas.DataFrame, drawn: numpy.ndarray) -> numpy.ndarray:
    """1 - S on every day, one row per row of how often each wait is drawn."""
    width = waits.days.max() + 1
    ended, lasted = numpy.zeros((len(drawn), width)), numpy.zeros((len(drawn), width))
    for row, times in enumerate(drawn):
        weight = times * waits.weight.to_numpy()
        lasted[row] = numpy.bincount(waits.days, weight, width)
        ended[row] = numpy.bincount(waits.days, weight * waits.ended, width)
    at_risk = lasted[:, ::-1].cumsum(axis=1)[:, ::-1]
    return 1 - numpy.cumprod(1 - ended / numpy.maximum(at_risk, 1), axis=1)


def test_the_interval_agrees_with_resampled_customers(con, waits) -> None:
    """Whole customers are drawn, so the gaps of one stay together; 2,000 of them, that the interval is some days wide."""
    sample = waits[waits.customer < 2000]
    con.register("sample", sample)
    con.execute("""
        CREATE TABLE orders AS
        SELECT customer, DATE '1999-01-01' - (sum(days) OVER (PARTITION BY customer ORDER BY number DESC))::INTEGER AS order_date FROM sample""")
    ours = only(con, "FROM audience.lapse_threshold('orders', customer, order_date, as_of := DATE '1999-01-01')")
    reached, threshold, end = ends(sample, 0.8)
    assert ours["threshold_days"] == threshold

    draw = numpy.random.default_rng(1).multinomial(2000, numpy.full(2000, 1 / 2000), size=1000)
    shares = resampled(sample, draw[:, sample.customer])
    phi = shares[:, int(threshold)] - 0.8 * shares[:, int(end)]
    error = phi.std()
    expected = interval(reached, end, 0.8 * reached[end], error)
    assert [ours["lower_days"], ours["upper_days"]] == pytest.approx(expected, abs=2)

    # What those would have reported as the threshold.
    thresholds = (shares >= 0.8 * shares[:, [int(end)]]).argmax(axis=1)
    assert [ours["lower_days"], ours["upper_days"]] == pytest.approx(numpy.quantile(thresholds, [0.025, 0.975]), abs=5)


# == The page


def table(con, sql: str) -> str:
    con.execute(sql)
    return docs.table([column[0] for column in con.description], [[docs.value_text(value) for value in row] for row in con.fetchall()])


def test_the_tables_of_cdnow(cdnow) -> None:
    """The page says that its queries, without the status and for another day, give its tables."""
    page = PAGE.read_text()
    queries = [sql for _, sql, shown in blocks(PAGE, "sql") if "'orders'" in sql and not shown]
    assert len(queries) == 3
    for sql in queries:
        for demo, real in [(", filter := status = 'completed'", ""), (" AND status = 'completed'", ""), ("2025-06-30", "1997-12-31")]:
            sql = sql.replace(demo, real)
        assert table(cdnow, sql) in page
    by_day = " UNION ALL ".join(f"""
        SELECT DATE '{day}' AS as_of, threshold_days, p80_gap_days, mean_own_gap_days
        FROM audience.lapse_threshold('orders', customer_id, order_date, as_of := DATE '{day}')""" for day in ("1997-06-30", "1997-12-31", "1998-06-30"))
    assert table(cdnow, f"FROM ({by_day}) ORDER BY as_of") in page
