"""The learned layer over MBG/NBD, written once more in numpy: seasons, windows, features, penalised regression, level.

From docs/how-it-works.md's definitions alone, so that the extension can be held against it: by the bench of predictions, and by
tests/peers/test_learned.py. The model itself is not fitted here: its parameters come from audience.purchase_model.

Days are numbers since 1970-01-01. A log has one row per customer and day with a purchase, by customer and then by day.
"""

from dataclasses import dataclass, replace

import duckdb
import numpy
from scipy.special import hyp2f1

YEAR = 365
PENALTY_OF_ALL_WINDOWS = 80.0
WINDOW_PENALTY = 0.05
MOST_WINDOWS = 4
SHORTEST_STEP = 21
SHORTEST_PAST = 30
CLIP = 1e-4
MOST_DEVIATIONS = 3.0
MOST_BELIEVED = 0.9
MONTHS = 12
SEASON_PRIOR = 50.0
MOST_MONTHS = 60

# As the fields of model.learned.
FEATURES = ["return_odds", "repeat_purchases", "silence", "silence_in_gaps", "one_time_buyer", "purchases_90_days",
            "purchases_365_days", "silence_in_longest_gap", "purchase_value", "same_season", "customer_a_year_ago",
            "purchases_30_days", "days_as_customer", "return_odds_by_silence"]
VALUE = FEATURES.index("purchase_value")


@dataclass(frozen=True)
class Log:
    customer: numpy.ndarray
    """0, 1, 2 …"""
    day: numpy.ndarray
    value: numpy.ndarray

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection) -> "Log":
        """Of the relation `lines` (customer, day, amount)."""
        found = con.execute("""
            SELECT dense_rank() OVER (ORDER BY customer) - 1 AS number, day - DATE '1970-01-01' AS day, coalesce(sum(amount), 0)::DOUBLE AS value
            FROM lines WHERE customer IS NOT NULL GROUP BY customer, day
            HAVING bool_or(amount >= 0 OR amount IS NULL) ORDER BY ALL""").fetchnumpy()
        return cls(found["number"].astype(int), found["day"].astype(int), numpy.asarray(found["value"]))

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
    order_value: float | None
    """None where no amount is known."""
    seasons: numpy.ndarray | None = None
    """By month, how much is bought as a multiple of the mean month; None where that is not known."""

    def alive(self, x, t, u):
        return 1 / (1 + self.a / (self.b + x) * numpy.exp((self.r + x) * numpy.log1p(u / (self.alpha + t))))

    def ahead(self, day: int, days: int) -> float:
        """The next days after a day, each as long as its month's index."""
        return float(days) if self.seasons is None else self.seasons[month_of(numpy.arange(day + 1, day + days + 1))].sum()

    def return_probability(self, x, t, u, days):
        return self.alive(x, t, u) * -numpy.expm1(-(self.r + x) * numpy.log1p(days / (self.alpha + t + u)))

    def rate(self, x, t, u):
        """Purchases to expect per day, from now."""
        return self.alive(x, t, u) * (self.r + x) / (self.alpha + t + u)

    def new_customer_rate(self) -> float:
        return self.b / (self.a + self.b) * self.r / self.alpha

    def expected_purchases(self, x, t, u, days):
        """Batislam, Denizel & Filiztekin (2007) in its hypergeometric form."""
        total = self.alpha + t + u
        unchanged = (total / (total + days)) ** (self.r + x) * hyp2f1(self.r + x, self.b + x + 1, self.a + self.b + x, days / (total + days))
        return self.alive(x, t, u) * (self.a + self.b + x) / (self.a - 1) * (1 - unchanged)


def logit(p):
    return numpy.log(p) - numpy.log1p(-p)


def logistic(z):
    return 1 / (1 + numpy.exp(-z))


def month_of(days: numpy.ndarray) -> numpy.ndarray:
    """0 for January."""
    return numpy.asarray(days, "datetime64[D]").astype("datetime64[M]").astype(int) % MONTHS


def with_seasons(log: Log, model: MbgNbd, as_of: int) -> MbgNbd:
    """By month: the repeat purchases that there were over those that the model expected, drawn to 1, with mean 1. Nothing before
    the log is a year long."""
    if as_of - log.first_day() < YEAR:
        return model
    starts = numpy.arange(numpy.datetime64(int(log.first_day()), "D").astype("datetime64[M]") + 1,
                          numpy.datetime64(int(as_of) + 1, "D").astype("datetime64[M]") + 1).astype("datetime64[D]").astype(int)
    starts = starts[-MOST_MONTHS - 1:]
    happened, expected = numpy.zeros(MONTHS), numpy.zeros(MONTHS)
    today = Past.of(log, as_of)
    firsts = numpy.where(today.purchases > 0, today.first, as_of + 1)
    for start, end in zip(starts[:-1], starts[1:]):
        month = month_of(start)
        _, x, t, u = numbers(log, start - 1)
        new = (firsts >= start) & (firsts < end)
        happened[month] += log.count(start - 1, end - 1).sum() - new.sum()
        expected[month] += model.rate(x, t, u).sum() * (end - start) + model.new_customer_rate() * (end - 1 - firsts[new]).sum()
    index = (happened + SEASON_PRIOR) / (expected + SEASON_PRIOR)
    return replace(model, seasons=index / index.mean())


def window_starts(first: int, as_of: int, horizon: int) -> list[int]:
    """The days from which one horizon was over by as_of; the latest first."""
    step = max(horizon // 2, SHORTEST_STEP)
    latest, earliest = as_of - horizon, first + max(horizon / 2, SHORTEST_PAST)
    return [day for day in range(latest, latest - MOST_WINDOWS * step, -step) if day >= earliest]


def numbers(log: Log, day: int) -> tuple[numpy.ndarray, numpy.ndarray, numpy.ndarray, numpy.ndarray]:
    """The customers known on a day, with x, t and u."""
    past = Past.of(log, day)
    known = numpy.flatnonzero(past.purchases)
    return known, (past.purchases - 1)[known], (past.last - past.first)[known], day - past.last[known]


def features(log: Log, model: MbgNbd, day: int, horizon: int, mean_value: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The customers known on a day, and a row of FEATURES for each."""
    past = Past.of(log, day)
    known, x, t, u = numbers(log, day)
    p = model.return_probability(x, t, u, model.ahead(day, horizon)).clip(CLIP, 1 - CLIP)
    # The mean of what is known today, in past windows too.
    value = 0 * mean_value if model.order_value is None else numpy.log1p(numpy.maximum(mean_value, 0)) - numpy.log1p(model.order_value)
    year_before = log.count(day - YEAR, min(day - YEAR + horizon, day))
    odds = logit(p)
    return known, numpy.column_stack([
        odds,
        numpy.log1p(x),
        numpy.log1p(u),
        numpy.log1p(u) - numpy.log1p((model.typical_gap + t) / (1 + x)),
        x == 0,
        numpy.log1p(log.count(day - 90, day)[known]),
        numpy.log1p(log.count(day - YEAR, day)[known]),
        numpy.where(x > 0, numpy.log1p(u) - numpy.log1p(past.longest_gap[known]), 0),
        value[known],
        numpy.log1p(year_before[known]),
        past.first[known] <= day - YEAR,
        numpy.log1p(log.count(day - 30, day)[known]),
        numpy.log1p(day - past.first[known]),
        odds * numpy.log1p(u),
    ])


@dataclass(frozen=True)
class Learned:
    windows: int
    means: numpy.ndarray
    deviations: numpy.ndarray
    """0 where a feature is the same for everybody, which then counts for nothing."""
    weights: numpy.ndarray

    def shift(self, rows: numpy.ndarray) -> numpy.ndarray:
        """What the features add to the log odds, before the level."""
        return standardised(rows, self.means, self.deviations) @ self.weights


def standardised(rows: numpy.ndarray, means: numpy.ndarray, deviations: numpy.ndarray) -> numpy.ndarray:
    z = numpy.divide(rows - means, deviations, out=numpy.zeros_like(rows), where=deviations > 0)
    z[:, VALUE] = z[:, VALUE].clip(-MOST_DEVIATIONS, MOST_DEVIATIONS)
    return z


def fit(rows: numpy.ndarray, window: numpy.ndarray, returned: numpy.ndarray) -> Learned:
    """Penalised logistic regression with the model's log odds as the offset and an intercept per window, by Newton's method."""
    means, deviations = rows.mean(axis=0), rows.std(axis=0)
    deviations = numpy.where(deviations < 1e-9, 0, deviations)
    windows = int(window.max()) + 1
    design = numpy.hstack([standardised(rows, means, deviations), window[:, None] == numpy.arange(windows)])
    penalty = PENALTY_OF_ALL_WINDOWS / windows
    ridge = numpy.r_[numpy.full(len(FEATURES), penalty), numpy.full(windows, WINDOW_PENALTY)]
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
    return Learned(windows, means, deviations, weights[: len(FEATURES)])


def level(z: numpy.ndarray, mean: float) -> float:
    """What added to every log odds gives this mean probability, by bisection."""
    low, high = -30.0, 30.0
    for _ in range(80):
        middle = (low + high) / 2
        low, high = (middle, high) if logistic(z + middle).mean() < mean else (low, middle)
    return (low + high) / 2


def learn(log: Log, model: MbgNbd, as_of: int, horizon: int) -> Learned | None:
    """From the finished windows; nothing where there is none, or all of them ended alike."""
    mean_value = log.mean_value(as_of)
    found = []
    for number, day in enumerate(window_starts(log.first_day(), as_of, horizon)):
        known, rows = features(log, model, day, horizon, mean_value)
        found.append((rows, numpy.full(len(rows), number), log.count(day, day + horizon)[known] > 0))
    if not found:
        return None
    rows, window, returned = (numpy.concatenate(part) for part in zip(*found))
    return fit(rows, window, returned) if returned.any() and not returned.all() else None


@dataclass(frozen=True)
class Scores:
    """Of the customers known on a day: the model's probabilities, the learned ones, and what they were moved by."""
    known: numpy.ndarray
    alone: numpy.ndarray
    moved: numpy.ndarray
    shift: numpy.ndarray
    level: float

    @classmethod
    def of(cls, log: Log, model: MbgNbd, learned: Learned | None, as_of: int, horizon: int) -> "Scores":
        known, rows = features(log, model, as_of, horizon, log.mean_value(as_of))
        odds, alone = rows[:, 0], logistic(rows[:, 0])
        if learned is None:
            return cls(known, alone, alone, numpy.zeros(len(rows)), 0.0)
        shift = learned.shift(rows)
        raised = level(odds + shift, alone.mean())
        return cls(known, alone, logistic(odds + shift + raised), shift + raised, raised)

    def expected_purchases(self, log: Log, model: MbgNbd, as_of: int, days: int) -> tuple[float, numpy.ndarray]:
        """The factor that keeps the sum over a year, and the purchases within some days: never fewer than the chance of one."""
        def rate(p: numpy.ndarray) -> numpy.ndarray:
            return -numpy.log1p(-numpy.minimum(p, MOST_BELIEVED))

        _, x, t, u = numbers(log, as_of)
        change = numpy.sqrt(rate(self.moved) / rate(self.alone))
        within_a_year = model.expected_purchases(x, t, u, model.ahead(as_of, YEAR))
        ahead = model.ahead(as_of, days)
        factor = within_a_year.sum() / (within_a_year * change).sum()
        chance = logistic(logit(model.return_probability(x, t, u, ahead).clip(CLIP, 1 - CLIP)) + self.shift)
        return factor, numpy.maximum(model.expected_purchases(x, t, u, ahead) * change * factor, chance)
