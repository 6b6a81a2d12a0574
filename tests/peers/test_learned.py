"""What a shop's past adds to MBG/NBD, on the CDNOW orders: the fit and the scores, computed a second time with numpy and an
optimiser of scipy."""

import datetime
from functools import cache

import numpy
import pytest
from scipy.optimize import brentq, minimize
from scipy.special import expit, hyp2f1

import support

ORDERS = support.ROOT / "build/testdata/cdnow_orders.csv"
EPOCH = datetime.date(1970, 1, 1)
# The day, the horizon and how many windows of it have finished.
CASES = [(datetime.date(1997, 12, 31), 180, 2), (datetime.date(1998, 3, 31), 90, 8), (datetime.date(1998, 6, 30), 120, 7)]
FEATURES = [
    "return_odds", "repeat_purchases", "silence", "silence_in_gaps", "one_time_buyer", "purchases_90_days", "purchases_365_days",
    "silence_in_longest_gap", "purchase_value", "same_season", "customer_a_year_ago",
]
VALUE = FEATURES.index("purchase_value")
RIDGE, WINDOW_RIDGE, RIDGE_OF_ALL = 20, 0.05, 80


@pytest.fixture(scope="module")
def cdnow():
    with support.connect() as con:
        con.execute(f"CREATE TABLE orders AS FROM read_csv('{ORDERS}')")
        yield con


@cache
def customers(as_of: int) -> dict[int, tuple[numpy.ndarray, float]]:
    """The purchase days up to a day, and the mean purchase."""
    rows = numpy.genfromtxt(ORDERS, delimiter=",", names=True, dtype=None, encoding=None)
    found: dict[int, list] = {}
    for who, date, amount in zip(rows["customer_id"], rows["order_date"], rows["amount"]):
        day = (datetime.date.fromisoformat(date) - EPOCH).days
        if day <= as_of:
            found.setdefault(int(who), []).append((day, float(amount)))
    return {who: (numpy.unique([day for day, _ in all]), sum(amount for _, amount in all) / len({day for day, _ in all})) for who, all in found.items()}


def probability(model: dict, x: int, t: int, u: int, days: float) -> float:
    r, alpha, a, b = (model[name] for name in ("r", "alpha", "a", "b"))
    silence = ((alpha + t) / (alpha + t + u)) ** (r + x)
    alive = 1 / (1 + a / (b + x) / silence)
    return alive * (1 - ((alpha + t + u) / (alpha + t + u + days)) ** (r + x))


def expected(model: dict, x: int, t: int, u: int, days: float) -> float:
    """Batislam, Denizel & Filiztekin (2007) in its hypergeometric form."""
    r, alpha, a, b = (model[name] for name in ("r", "alpha", "a", "b"))
    total = t + u
    alive = 1 / (1 + a / (b + x) * ((alpha + total) / (alpha + t)) ** (r + x))
    z = days / (alpha + total + days)
    change = ((alpha + total) / (alpha + total + days)) ** (r + x) * hyp2f1(r + x, b + x + 1, a + b + x, z)
    return alive * (b + x) / (a - 1) * (a + b + x) / (b + x) * (1 - change)


def features(model: dict, days: numpy.ndarray, mean: float, until: int, horizon: int) -> list[float] | None:
    known = days[days <= until]
    if len(known) == 0:
        return None
    x, t, u = len(known) - 1, int(known[-1] - known[0]), int(until - known[-1])
    p = numpy.clip(probability(model, x, t, u, horizon), 1e-4, 1 - 1e-4)
    gap = (model["typical_gap_days"] + t) / (1 + x)
    log = numpy.log1p
    return [
        numpy.log(p / (1 - p)),
        log(x),
        log(u),
        numpy.log((1 + u) / (1 + gap)),
        float(x == 0),
        log(numpy.sum(known > until - 90)),
        log(numpy.sum(known > until - 365)),
        numpy.log((1 + u) / (1 + numpy.diff(known).max())) if x else 0.0,
        numpy.log((1 + max(mean, 0)) / (1 + model["order_value"])),
        log(numpy.sum((known > until - 365) & (known <= until - 365 + horizon))),
        float(known[0] <= until - 365),
    ]


def learn(model: dict, shop: dict, as_of: int, horizon: int):
    """Windows, means, deviations, weights, level, the factor of expected purchases, and the probability of each customer."""
    first = min(days[0] for days, _ in shop.values())
    starts = [as_of - horizon]
    while len(starts) < 8:
        starts.append(starts[-1] - max(horizon // 2, 21))
    starts = [start for start in starts if start - first >= max(horizon / 2, 30)]
    rows, windows, outcomes = [], [], []
    for number, start in enumerate(starts):
        for days, mean in shop.values():
            row = features(model, days, mean, start, horizon)
            if row is not None:
                rows.append(row)
                windows.append(number)
                outcomes.append(bool(numpy.any((days > start) & (days <= start + horizon))))
    raw, y = numpy.array(rows), numpy.array(outcomes, float)
    means, deviations = raw.mean(axis=0), raw.std(axis=0)
    deviations[deviations < 1e-9] = 0

    def standardised(values: numpy.ndarray) -> numpy.ndarray:
        z = numpy.divide(values - means, deviations, out=numpy.zeros_like(values), where=deviations > 0)
        z[:, VALUE] = numpy.clip(z[:, VALUE], -3, 3)
        return z

    design = numpy.hstack([standardised(raw), numpy.eye(len(starts))[windows]])
    penalty = numpy.r_[numpy.full(len(FEATURES), max(RIDGE, RIDGE_OF_ALL / len(starts))), numpy.full(len(starts), WINDOW_RIDGE)]
    eta = lambda w: raw[:, 0] + design @ w  # noqa: E731
    found = minimize(
        lambda w: numpy.logaddexp(0, numpy.where(y > 0, -eta(w), eta(w))).sum() + (penalty * w * w).sum() / 2,
        numpy.zeros(design.shape[1]),
        jac=lambda w: design.T @ (expit(eta(w)) - y) + penalty * w,
        hess=lambda w: (design.T * (expit(eta(w)) * expit(-eta(w)))) @ design + numpy.diag(penalty),
        method="trust-exact",
        options={"gtol": 1e-9},
    )
    weights = found.x[: len(FEATURES)]
    now = {who: numpy.array(features(model, days, mean, as_of, horizon)) for who, (days, mean) in shop.items()}
    table = numpy.array(list(now.values()))
    shift, alone = standardised(table) @ weights, expit(table[:, 0])
    level = brentq(lambda m: expit(table[:, 0] + shift + m).sum() - alone.sum(), -20, 20, xtol=1e-14)
    moved = expit(table[:, 0] + shift + level)
    rate = lambda p: -numpy.log(1 - numpy.minimum(p, 0.9))  # noqa: E731
    change = numpy.sqrt(rate(moved) / rate(alone))
    within_a_year = numpy.array([
        expected(model, len(days) - 1, int(days[-1] - days[0]), int(as_of - days[-1]), 365) for days, _ in shop.values()
    ])
    factor = within_a_year.sum() / (within_a_year * change).sum()
    return starts, means, deviations, weights, level, factor, dict(zip(shop, zip(moved, within_a_year * change * factor)))


@pytest.mark.parametrize("date, horizon, windows", CASES)
def test_the_fit_and_the_scores(cdnow, date: datetime.date, horizon: int, windows: int) -> None:
    arguments = f"'orders', customer_id, order_date, amount, as_of := DATE '{date}', horizon_days := {horizon}"
    model = cdnow.execute(f"SELECT model FROM audience.purchase_model({arguments})").fetchone()[0]
    as_of = (date - EPOCH).days
    starts, means, deviations, weights, level, factor, scores = learn(model, customers(as_of), as_of, horizon)
    learned = model["learned"]
    assert (learned["horizon_days"], learned["windows"]) == (horizon, windows) == (horizon, len(starts))
    for place, name in enumerate(FEATURES):
        found = learned[name]
        expected_of = {"mean": means[place], "deviation": deviations[place], "weight": weights[place]}
        assert found == pytest.approx(expected_of, abs=1e-6), name
    assert learned["level"] == pytest.approx(level, abs=1e-6)
    assert learned["purchases_factor"] == pytest.approx(factor, abs=1e-6)
    rows = cdnow.execute(f"SELECT customer_id, return_probability, expected_purchases FROM audience.customers({arguments})").fetchall()
    assert len(rows) == len(scores)
    for who, moved, purchases in rows:
        assert (moved, purchases) == pytest.approx(scores[who], abs=1e-6), who
    # The level is MBG/NBD's.
    alone = cdnow.execute(f"""
        SELECT sum(return_probability), sum(expected_purchases) FROM audience.customers({arguments}, model := (
            SELECT {{'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': order_value}}
            FROM audience.purchase_model({arguments})))""").fetchone()
    assert tuple(numpy.sum([row[1:] for row in rows], axis=0)) == pytest.approx(alone, rel=1e-4)


def test_without_a_finished_window_it_is_mbg_nbd(cdnow) -> None:
    call = "'orders', customer_id, order_date, amount, as_of := DATE '1997-06-30'"
    (windows, customers, lessons, model), = cdnow.execute(
        f"SELECT learned_windows, learned_customers, lessons, model FROM audience.purchase_model({call})").fetchall()
    assert (windows, customers, lessons, model["learned"]) == (0, 0, None, None)
    rows = cdnow.execute(f"""
        SELECT return_probability, return_probability(history, model, DATE '1997-06-30', 180)
        FROM audience.customers({call})
        JOIN (SELECT customer_id, audience.purchase_history(order_date, amount) AS history FROM orders
              WHERE order_date <= DATE '1997-06-30' GROUP BY ALL) USING (customer_id),
             audience.purchase_model({call})""").fetchall()
    assert rows and all(found == alone for found, alone in rows)


def test_old_structs_score_as_mbg_nbd(cdnow) -> None:
    """A history without its days, and a model without what was learned."""
    call = "'orders', customer_id, order_date, amount, as_of := DATE '1997-12-31'"
    rows = cdnow.execute(f"""
        WITH shop AS (
            SELECT customer_id, audience.purchase_history(order_date, amount) AS history FROM orders
            WHERE order_date <= DATE '1997-12-31' GROUP BY ALL
        ), old AS (
            SELECT customer_id, history,
                   {{'purchases': history.purchases, 'first_order_date': history.first_order_date, 'last_order_date': history.last_order_date,
                     'fourth_last_order_date': history.fourth_last_order_date, 'revenue': history.revenue}} AS old_history,
                   model, {{'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': order_value}} AS old_model
            FROM shop, audience.purchase_model({call})
        )
        SELECT customer_id, return_probability(old_history, model, DATE '1997-12-31', 180), return_probability(history, old_model, DATE '1997-12-31', 180),
               return_probability(old_history, old_model, DATE '1997-12-31', 180), return_probability(history, model, DATE '1997-12-31', 180)
        FROM old""").fetchall()
    shown = dict(cdnow.execute(f"SELECT customer_id, return_probability FROM audience.customers({call})").fetchall())
    for who, a, b, c, learned in rows:
        assert a == b == c
        assert learned == shown[who]
    assert sum(row[1] != row[4] for row in rows) > 2000
