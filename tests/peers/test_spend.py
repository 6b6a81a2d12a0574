"""The model of the spend and the interval of customer values, against scipy and lifetimes."""

import numpy
import pytest
from lifetimes import GammaGammaFitter
from scipy.optimize import brentq, minimize
from scipy.special import gammaln
from scipy.stats import betaprime, nbinom

import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
UNTIL = "1997-12-31"


@pytest.fixture
def shop(con):
    """Every tenth customer of CDNOW."""
    con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}') WHERE customer_id % 10 = 0")
    return con


def fitted(con, days: str) -> dict[str, float]:
    """`days` are who, day and amount."""
    return con.execute(f"""
        SELECT __audience_spend_fit('test', log)
        FROM (SELECT __audience_purchase_log('test', day, amount) AS log FROM ({days}) GROUP BY who)""").fetchone()[0]


def by_scipy(customers: list[numpy.ndarray]) -> tuple[float, float, float]:
    """The model of the customers' days with an amount."""
    count, total = numpy.array([len(days) for days in customers]), numpy.array([days.sum() for days in customers])
    concentration = numpy.array([((days / days.sum()) ** 2).sum() for days in customers])

    def expected(days, p: float):
        return (1 - 1 / days) / (days * p + 1)

    missing = (concentration - 1 / count).sum() + expected(2, 1)
    p = brentq(lambda p: expected(count, p).sum() + expected(2, p) - missing, 0.01, 1000, xtol=1e-13)

    def loss(point: numpy.ndarray) -> float:
        q, gamma = 1 + p * numpy.exp(point[0]), numpy.exp(point[1])
        shape = p * count + q
        return point[0] ** 2 / 2 - (gammaln(shape) - gammaln(q) + q * numpy.log(gamma) - shape * numpy.log(gamma + total)).sum()

    point = minimize(loss, [0, numpy.log(numpy.median(total / count))], method="Nelder-Mead", options={"xatol": 1e-10, "fatol": 1e-12, "maxfev": 5000}).x
    return p, 1 + p * numpy.exp(point[0]), numpy.exp(point[1])


def test_the_fit_is_that_of_scipy(shop) -> None:
    days = f"SELECT customer_id AS who, order_date::DATE AS day, amount::DOUBLE AS amount FROM orders WHERE order_date <= '{UNTIL}'"
    table = shop.execute(f"SELECT who, day, sum(amount) AS amount FROM ({days}) GROUP BY ALL HAVING sum(amount) > 0 ORDER BY ALL").df()
    customers = [group.to_numpy() for _, group in table.groupby("who").amount]
    ours = fitted(shop, days)
    assert list(ours.values()) == pytest.approx(by_scipy(customers), rel=1e-5)


def test_a_shop_of_gamma_gamma_has_its_parameters_and_those_of_lifetimes(shop) -> None:
    """Their estimate is of the means of customers alone, so it is less certain of p."""
    p, q, gamma, customers = 4.0, 3.5, 30.0, 20_000
    random = numpy.random.default_rng(5)
    count = 1 + random.geometric(0.3, customers)
    who = numpy.repeat(numpy.arange(customers), count)
    rate = random.gamma(q, 1 / gamma, customers)
    amount = random.gamma(p, 1 / rate[who])
    days = numpy.arange(len(who)) - numpy.repeat(numpy.cumsum(count) - count, count)
    shop.register("drawn", {"who": who, "number": days, "amount": amount})
    ours = fitted(shop, "SELECT who, DATE '2024-01-01' + number::INTEGER AS day, amount FROM drawn")
    assert list(ours.values()) == pytest.approx([p, q, gamma], rel=0.06)
    means = numpy.bincount(who, amount) / count
    theirs = GammaGammaFitter().fit(count, means)
    expected = theirs.conditional_expected_average_profit(count, means)
    mine = ours["p"] * (ours["gamma"] + count * means) / (ours["p"] * count + ours["q"] - 1)
    assert numpy.corrcoef(mine, expected)[0, 1] > 0.999
    assert mine.sum() == pytest.approx(expected.sum(), rel=0.01)


def chances(model: dict, x: int, t: float, silence: float, days: float) -> numpy.ndarray:
    """MBG/NBD's chances of 1, 2, 3, … purchases."""
    r, alpha, a, b = (model[name] for name in ("r", "alpha", "a", "b"))
    shape, known, stays = r + x, alpha + t + silence, b + x + 1
    alive = 1 / (1 + a / (stays - 1) / ((alpha + t) / known) ** shape)
    n = numpy.arange(2_000)
    at_least = alive * numpy.concatenate([[1], numpy.cumprod((stays + n) / (a + stays + n))[:-1]]) * nbinom.sf(n, shape, known / (known + days))
    return at_least - numpy.append(at_least[1:], 0)


def test_the_interval_is_that_of_scipy(shop) -> None:
    shop.execute(f"""
        CREATE TABLE saved AS
        SELECT {{'r': model.r, 'alpha': model.alpha, 'a': model.a, 'b': model.b, 'typical_gap_days': model.typical_gap_days, 'order_value': model.order_value}} AS model
        FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := DATE '{UNTIL}')""")
    model = shop.execute("SELECT model FROM saved").fetchone()[0]
    spend = fitted(shop, f"SELECT customer_id AS who, order_date::DATE AS day, amount::DOUBLE AS amount FROM orders WHERE order_date <= '{UNTIL}'")
    rows = shop.execute(f"""
        SELECT v.purchases - 1, datediff('day', first, latest), DATE '{UNTIL}' - latest, revenue, value_low, value_high
        FROM audience.customer_values('orders', customer_id, order_date, amount, as_of := DATE '{UNTIL}', model := (SELECT model FROM saved)) AS v
        JOIN (SELECT customer_id, min(order_date)::DATE AS first, max(order_date)::DATE AS latest FROM orders WHERE order_date <= '{UNTIL}' GROUP BY customer_id) USING (customer_id)
        ORDER BY v.purchases DESC, customer_id LIMIT 300""").fetchall()
    ends = 0
    for x, t, silence, revenue, *found in rows:
        pmf = chances(model, x, t, silence, 365)
        number = numpy.flatnonzero(pmf > 1e-13) + 1
        for chance, end in zip((0.1, 0.9), found):
            if chance <= 1 - pmf.sum():
                assert end == pytest.approx(revenue)
                continue
            scale, left = spend["gamma"] + revenue, spend["q"] + spend["p"] * (x + 1)
            right = brentq(lambda sum_: 1 - pmf.sum() + (pmf[number - 1] * betaprime.cdf(sum_ / scale, spend["p"] * number, left)).sum() - chance, 1e-9, 1e7)
            assert end - revenue == pytest.approx(right, rel=1e-3)
            ends += 1
    assert ends > 250
