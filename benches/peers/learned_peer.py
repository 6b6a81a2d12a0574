"""The learned layer over MBG/NBD, written once more in numpy: windows, features, penalised regression, level, season.

From docs/how-it-works.md's definitions alone, so that the extension can be held against it. The model itself is not fitted here: its
parameters come from audience.purchase_model.

Days are numbers since 1970-01-01. A log has one row per customer and day with a purchase, by customer and then by day.
"""

from dataclasses import dataclass

import numpy

YEAR = 365
PENALTY = 20.0
PENALTY_OF_ALL_WINDOWS = 80.0
WINDOW_PENALTY = 0.05
MOST_WINDOWS = 8
SHORTEST_STEP = 21
SHORTEST_PAST = 30
CLIP = 1e-4
MOST_DEVIATIONS = 3.0
PARTS = 12
SEASON_PRIOR = 50.0
SEASON_AFTER = 365

FEATURES = ["log_odds", "purchases", "silence", "silence_over_usual_gap", "bought_once", "purchases_90_days",
            "purchases_365_days", "silence_over_longest_gap", "value", "same_season", "known_a_year"]
VALUE = FEATURES.index("value")


@dataclass(frozen=True)
class Log:
    customer: numpy.ndarray
    """0, 1, 2 …"""
    day: numpy.ndarray
    value: numpy.ndarray

    def first_day(self) -> int:
        return self.day.min()

    def customers(self) -> int:
        return self.customer.max() + 1

    def count(self, after: int, until: int) -> numpy.ndarray:
        """Purchases of every customer in (after, until]."""
        inside = (self.day > after) & (self.day <= until)
        return numpy.bincount(self.customer[inside], minlength=self.customers())

    def mean_value(self, until: int) -> numpy.ndarray:
        """Of every customer's purchases up to a day; 0 without one."""
        inside = self.day <= until
        customer, customers = self.customer[inside], self.customers()
        total = numpy.bincount(customer, self.value[inside], minlength=customers)
        return total / numpy.maximum(numpy.bincount(customer, minlength=customers), 1)


@dataclass(frozen=True)
class Past:
    """Every customer's purchases up to a day; of those without one, only `purchases` means something."""
    purchases: numpy.ndarray
    first: numpy.ndarray
    last: numpy.ndarray
    longest_gap: numpy.ndarray

    @classmethod
    def of(cls, log: Log, day: int) -> "Past":
        inside = log.day <= day
        customer, days = log.customer[inside], log.day[inside]
        first, last = numpy.full(log.customers(), day), numpy.full(log.customers(), day)
        numpy.minimum.at(first, customer, days)
        last[customer] = days  # the last of each wins
        longest_gap = numpy.zeros(log.customers())
        same = customer[1:] == customer[:-1]
        numpy.maximum.at(longest_gap, customer[1:][same], numpy.diff(days)[same])
        return cls(numpy.bincount(customer, minlength=log.customers()), first, last, longest_gap)


@dataclass(frozen=True)
class MbgNbd:
    r: float
    alpha: float
    a: float
    b: float
    typical_gap: float

    def alive(self, x, t, u):
        return 1 / (1 + self.a / (self.b + x) * numpy.exp((self.r + x) * numpy.log1p(u / (self.alpha + t))))

    def return_probability(self, x, t, u, days):
        return self.alive(x, t, u) * -numpy.expm1(-(self.r + x) * numpy.log1p(days / (self.alpha + t + u)))

    def rate(self, x, t, u):
        """Purchases to expect per day, from now."""
        return self.alive(x, t, u) * (self.r + x) / (self.alpha + t + u)

    def new_customer_rate(self) -> float:
        return self.b / (self.a + self.b) * self.r / self.alpha


def logit(p):
    return numpy.log(p) - numpy.log1p(-p)


def logistic(z):
    return 1 / (1 + numpy.exp(-z))


def part_of_year(days: numpy.ndarray) -> numpy.ndarray:
    """The month, 0 to 11."""
    return numpy.asarray(days, "datetime64[D]").astype("datetime64[M]").astype(int) % PARTS


def seasonal_index(log: Log, model: MbgNbd, as_of: int, after: int = SEASON_AFTER) -> numpy.ndarray | None:
    """By month: the repeat purchases that there were over those that the model expected, drawn to 1, with mean 1. Nothing before
    the log is so many days long."""
    if as_of - log.first_day() < after:
        return None
    starts = numpy.arange(numpy.datetime64(int(log.first_day()), "D").astype("datetime64[M]") + 1,
                          numpy.datetime64(int(as_of) + 1, "D").astype("datetime64[M]") + 1).astype("datetime64[D]").astype(int)
    happened, expected = numpy.zeros(PARTS), numpy.zeros(PARTS)
    today = Past.of(log, as_of)
    firsts = numpy.where(today.purchases > 0, today.first, as_of + 1)
    for start, end in zip(starts[:-1], starts[1:]):
        month, before = part_of_year(start), Past.of(log, start - 1)
        known = before.purchases > 0
        x, t, u = (before.purchases - 1)[known], (before.last - before.first)[known], (start - 1 - before.last)[known]
        new = (firsts >= start) & (firsts < end)
        happened[month] += log.count(start - 1, end - 1).sum() - new.sum()
        expected[month] += model.rate(x, t, u).sum() * (end - start) + model.new_customer_rate() * (end - 1 - firsts[new]).sum()
    index = (happened + SEASON_PRIOR) / (expected + SEASON_PRIOR)
    return index / index.mean()


def seasonal_days(index: numpy.ndarray | None, day: int, horizon: int) -> float:
    """The days (day, day + horizon], each as long as its month's index."""
    return float(horizon) if index is None else index[part_of_year(numpy.arange(day + 1, day + horizon + 1))].sum()


def window_ends(first: int, as_of: int, horizon: int) -> list[int]:
    """The days from which one horizon was over by as_of; the latest first."""
    step = max(horizon // 2, SHORTEST_STEP)
    latest, earliest = as_of - horizon, first + max(horizon / 2, SHORTEST_PAST)
    return [day for day in range(latest, latest - MOST_WINDOWS * step, -step) if day >= earliest]


def features(log: Log, model: MbgNbd, day: int, horizon: int, mean_value: numpy.ndarray,
             index: numpy.ndarray | None = None) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The customers known on a day, and a row of FEATURES for each."""
    past = Past.of(log, day)
    known = numpy.flatnonzero(past.purchases)
    x, t = (past.purchases - 1)[known], (past.last - past.first)[known]
    u = day - past.last[known]
    p = model.return_probability(x, t, u, seasonal_days(index, day, horizon)).clip(CLIP, 1 - CLIP)
    year_before = log.count(day - YEAR, min(day - YEAR + horizon, day))
    return known, numpy.column_stack([
        logit(p),
        numpy.log1p(x),
        numpy.log1p(u),
        numpy.log1p(u) - numpy.log1p((model.typical_gap + t) / (1 + x)),
        x == 0,
        numpy.log1p(log.count(day - 90, day)[known]),
        numpy.log1p(log.count(day - YEAR, day)[known]),
        numpy.where(x > 0, numpy.log1p(u) - numpy.log1p(past.longest_gap[known]), 0),
        # The mean of what is known today, in past windows too. The shop's own mean would only shift it.
        numpy.log1p(numpy.maximum(mean_value[known], 0)),
        numpy.log1p(year_before[known]),
        past.first[known] <= day - YEAR,
    ])


@dataclass(frozen=True)
class Learned:
    means: numpy.ndarray
    deviations: numpy.ndarray
    """Infinite where a feature is the same for everybody, which makes it 0."""
    weights: numpy.ndarray

    def standardised(self, rows: numpy.ndarray) -> numpy.ndarray:
        z = (rows - self.means) / self.deviations
        z[:, VALUE] = z[:, VALUE].clip(-MOST_DEVIATIONS, MOST_DEVIATIONS)
        return z

    def score(self, rows: numpy.ndarray) -> numpy.ndarray:
        """Of the customers of one day; the mean probability stays the model's."""
        z = rows[:, 0] + self.standardised(rows) @ self.weights
        return logistic(z + level(z, logistic(rows[:, 0]).mean()))


def fit(rows: numpy.ndarray, window: numpy.ndarray, returned: numpy.ndarray, penalty: float | None = None) -> Learned:
    """Penalised logistic regression with the model's log odds as the offset and an intercept per window, by Newton's method."""
    deviations = rows.std(axis=0)
    learned = Learned(rows.mean(axis=0), numpy.where(deviations < 1e-9, numpy.inf, deviations), numpy.zeros(rows.shape[1]))
    windows = window.max() + 1
    design = numpy.hstack([learned.standardised(rows), window[:, None] == numpy.arange(windows)])
    penalty = penalty or max(PENALTY, PENALTY_OF_ALL_WINDOWS / windows)
    ridge = numpy.r_[numpy.full(rows.shape[1], penalty), numpy.full(windows, WINDOW_PENALTY)]
    weights = numpy.zeros(len(ridge))

    def loss(weights: numpy.ndarray) -> float:
        z = rows[:, 0] + design @ weights
        return numpy.logaddexp(0, z).sum() - z[returned].sum() + (ridge * weights**2).sum() / 2

    for _ in range(100):
        p = logistic(rows[:, 0] + design @ weights)
        gradient = design.T @ (returned - p) - ridge * weights
        step = numpy.linalg.solve((design.T * (p * (1 - p))) @ design + numpy.diag(ridge), gradient)
        if numpy.abs(step).max() < 1e-10:
            break
        # A full step can overshoot where the model's odds are extreme.
        while loss(weights + step) > loss(weights) + 1e-9 and numpy.abs(step).max() > 1e-10:
            step = step / 2
        weights += step
    assert numpy.abs(gradient).max() < 1e-4, "Newton's method has not converged"
    return Learned(learned.means, learned.deviations, weights[: rows.shape[1]])


def level(z: numpy.ndarray, mean: float) -> float:
    """What added to every log odds gives this mean probability, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if logistic(z + middle).mean() < mean else (low, middle)
    return (low + high) / 2


def training(log: Log, model: MbgNbd, as_of: int, horizon: int, mean_value: numpy.ndarray, index: numpy.ndarray | None = None,
             sample: numpy.ndarray | None = None) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray] | None:
    """Rows, windows and outcomes of the finished windows; of the customers where `sample` is true."""
    found = []
    for number, day in enumerate(window_ends(log.first_day(), as_of, horizon)):
        known, rows = features(log, model, day, horizon, mean_value, index)
        returned = log.count(day, day + horizon)[known] > 0
        kept = slice(None) if sample is None else sample[known]
        found.append((rows[kept], numpy.full(len(rows), number)[kept], returned[kept]))
    if not found:
        return None
    rows, window, returned = (numpy.concatenate(part) for part in zip(*found))
    return (rows, window, returned) if returned.any() and not returned.all() else None


def return_probabilities(log: Log, model: MbgNbd, as_of: int, horizon: int, index: numpy.ndarray | None = None,
                         sample: numpy.ndarray | None = None) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """The customers known at as_of, the model's probabilities and the learned ones: the same where no window is over."""
    mean_value = log.mean_value(as_of)
    known, rows = features(log, model, as_of, horizon, mean_value, index)
    past = training(log, model, as_of, horizon, mean_value, index, sample)
    alone = logistic(rows[:, 0])
    return known, alone, alone if past is None else fit(*past).score(rows)
