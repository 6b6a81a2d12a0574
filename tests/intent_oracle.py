"""Purchase intent, written a second time from its formulas, to test the extension against.

Matrices of numpy over all customers and products, no histogram, no fixed point, and nothing of the extension is used.
A line is (customer, product or None, day, set of labels); days are integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Coefficients:
    """What was chosen by experiment; benches/peers/intent_coefficients.py varies each. Half-lives are in horizons."""

    pseudo_buyers: float = 5
    product_half_life: float = 2
    breadth_floor: float = 0.1
    breadth_exponent: float = 0.6
    presence_half_life: float = 4
    least_presence: float = 1 / 1024
    ratio_floor: float = 0.1
    new_similarity: float = 1.3
    own_half_life: float = 2
    own: float = 1.9
    activity_half_life: float = 1
    activity: float = 0.3
    similarity: float = 0.6


CHOSEN = Coefficients()


@dataclass
class Day:
    """Everything known on one day, of the customers who had ordered by then; products and customers in ascending order."""

    customers: list
    bought: np.ndarray  # by customer: on how many days the label was bought
    last: list  # by customer: when last
    log_odds: np.ndarray
    product_buyers: dict = field(default_factory=dict)
    both: dict = field(default_factory=dict)
    contributions: dict = field(default_factory=dict)  # by customer: product and its part in the similarity


def weights(both: np.ndarray, product_buyers: np.ndarray, label_buyers: float, customers: float, c: Coefficients = CHOSEN) -> np.ndarray:
    """w²·z: the squared shrunk log lift times the excess in standard errors."""
    share = label_buyers / customers
    lift = np.log((both + c.pseudo_buyers * share) / ((product_buyers + c.pseudo_buyers) * share))
    expected = product_buyers * share
    return np.maximum(lift, 0) ** 2 * np.maximum((both - expected) / np.sqrt(expected + 1), 0)


def log_ratio(values: np.ndarray, presence: np.ndarray | float = 1.0, c: Coefficients = CHOSEN) -> np.ndarray:
    """The logarithm of values over their mean; where there are none, presence is all that counts."""
    mean = values.mean()
    return np.log(((values / mean if mean > 0 else 0 * values) + c.ratio_floor * presence) / (1 + c.ratio_floor))


def decayed(age: np.ndarray, half_life: float) -> np.ndarray:
    return 2.0 ** (-age / half_life)


def per_breadth(breadth: np.ndarray, c: Coefficients = CHOSEN) -> np.ndarray:
    """What similarity is multiplied by, as those who buy many products meet many that speak for the label."""
    return (breadth / breadth.mean() + c.breadth_floor) ** -c.breadth_exponent if breadth.mean() > 0 else np.ones(len(breadth))


def presence(silence: np.ndarray, horizon: int, c: Coefficients = CHOSEN) -> np.ndarray:
    return np.maximum(decayed(silence, c.presence_half_life * horizon), c.least_presence)


def log_odds(buyer: np.ndarray, similarity: np.ndarray, own: np.ndarray, activity: np.ndarray, present: np.ndarray, c: Coefficients = CHOSEN) -> np.ndarray:
    """Without the intercepts."""
    return np.where(
        buyer,
        c.own * np.log(1 + own) + c.activity * log_ratio(activity, c=c) + c.similarity * log_ratio(similarity, c=c),
        c.new_similarity * log_ratio(similarity, present, c),
    )


def read(lines: Iterable[tuple], label, members: set, now: int, horizon: int) -> Day | None:
    lines = [line for line in lines if line[2] <= now]
    customers, products = sorted({c for c, *_ in lines}), sorted({p for _, p, *_ in lines if p is not None})
    if not customers:
        return None
    place, column = {c: i for i, c in enumerate(customers)}, {p: i for i, p in enumerate(products)}
    n = len(customers)

    last_day = np.full((n, len(products)), -np.inf)
    label_days: list[set] = [set() for _ in customers]
    order_days: list[set] = [set() for _ in customers]
    for customer, product, day, labels in lines:
        order_days[place[customer]].add(day)
        if product is not None:
            cell = place[customer], column[product]
            last_day[cell] = max(last_day[cell], day)
        if label in labels:
            label_days[place[customer]].add(day)

    weight = decayed(now - last_day, CHOSEN.product_half_life * horizon)
    has = np.isfinite(last_day)
    buyer = np.array([bool(days) for days in label_days])
    both, product_buyers, label_buyers = has[buyer].sum(0), has.sum(0), buyer.sum()
    eligible = np.array([p not in members for p in products]) & (both > 0) & (label_buyers > 1)
    with_self, without_self = np.zeros(len(products)), np.zeros(len(products))
    if eligible.any():
        arguments = both[eligible], product_buyers[eligible]
        with_self[eligible] = weights(*arguments, label_buyers, n)
        without_self[eligible] = weights(*(a - 1 for a in arguments), label_buyers - 1, n - 1)

    parts = np.where(buyer[:, None], without_self, with_self) * weight * per_breadth(weight.sum(1))[:, None]
    own = np.array([sum(decayed(now - day, CHOSEN.own_half_life * horizon) for day in days) for days in label_days])
    activity = np.array([sum(decayed(now - day, CHOSEN.activity_half_life * horizon) for day in days) for days in order_days])
    silence = np.array([now - max(days) for days in order_days])
    odds = log_odds(buyer, parts.sum(1), own, activity, presence(silence, horizon))
    return Day(
        customers, np.array([len(days) for days in label_days]), [max(days, default=None) for days in label_days], odds,
        dict(zip(products, product_buyers.tolist())), dict(zip(products, both.tolist())),
        {c: dict(zip(products, parts[i].tolist())) for c, i in place.items()},
    )  # fmt: skip


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def intercept(odds: np.ndarray, positives: int) -> float | None:
    """Where Σp + mean(p) = positives + ½, by bisection on the plain numbers."""
    if not len(odds):
        return None
    low, high = -100.0, 100.0
    for _ in range(200):
        middle = (low + high) / 2
        p = sigmoid(odds + middle)
        low, high = (low, middle) if p.sum() + p.mean() > positives + 0.5 else (middle, high)
    return (low + high) / 2


def launch(days: Iterable[int]) -> int | None:
    """The fifth of the first days of all customers."""
    return min(sorted(days)[4:], default=None)


def support(lines: list[tuple], label, now: int, horizon: int) -> tuple[float, bool, int]:
    """At most so many buyers are to be expected; whether the label is new; in how many earlier years it was sold at this time."""
    days: dict = {}
    first_orders: dict = {}
    for customer, _, day, labels in lines:
        first_orders[customer] = min(day, first_orders.get(customer, day))
        if label in labels:
            days.setdefault(customer, set()).add(day)

    def buyers(after: int, until: int) -> int:
        return sum(any(after < day <= until for day in of_one) for of_one in days.values())

    start, opening = launch(map(min, days.values())), launch(first_orders.values())
    half = max(horizon // 2, 1)
    is_launch = start is not None and start - opening >= half
    age = now - start + 1 if start is not None else 0

    def growth(window: int) -> float:
        if not is_launch:
            return horizon / window
        return ((age + horizon) ** 0.5 - age**0.5) / (age**0.5 - max(age - window, 0) ** 0.5)

    season = 1.0
    if 2 * horizon <= 365 and start is not None and start <= now - 365 - horizon:
        year_ago = now - 365
        season = min(1.0, (buyers(year_ago, year_ago + horizon) + 5) / (buyers(year_ago - horizon, year_ago) + 5)) ** 0.3
    of_horizon = (buyers(now - horizon, now) + 0.5) * min(1, growth(horizon)) * season
    most = min(of_horizon, (buyers(now - half, now) + 0.5) * growth(half))
    return most, start is not None and start > now - 2 * horizon, 0 if start is None else (now - start) // 365


@dataclass
class Wish:
    score: float
    probability: float | None
    lift: float | None
    times: int
    last: int | None
    evidence: str
    years_on_record: int
    parts: dict
    because: list  # product, buyers, co-buyers, weight


def wishes(lines: list[tuple], label, now: int, horizon: int) -> dict:
    """Every customer's wish for `label`."""
    lines = [line for line in lines if line[2] <= now]
    members = {product for _, product, _, labels in lines if label in labels}
    today, earlier = read(lines, label, members, now, horizon), read(lines, label, members, now - horizon, horizon)
    if today is None:
        return {}
    since = {customer for customer, _, day, labels in lines if label in labels and day > now - horizon}
    intercepts, positives = [None, None], [0, 0]
    if earlier is not None:
        for group in (0, 1):
            inside = (earlier.bought > 0) == bool(group)
            positives[group] = sum(c in since for c, yes in zip(earlier.customers, inside) if yes)
            intercepts[group] = intercept(earlier.log_odds[inside], positives[group])
    most, is_new, years_on_record = support(lines, label, now, horizon)
    levels = np.array([np.nan if level is None else level for level in intercepts])[(today.bought > 0).astype(int)]
    expected = lambda shift: np.nansum(sigmoid(today.log_odds + levels + shift))  # noqa: E731
    if expected(0) > most:
        low, high = -100.0, 0.0
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (low, middle) if expected(middle) > most else (middle, high)
        intercepts = [None if level is None else level + low for level in intercepts]
    buyers = int((today.bought > 0).sum())
    found = {}
    for i, customer in enumerate(today.customers):
        group = int(today.bought[i] > 0)
        known = intercepts[group] is not None and buyers > 0
        score = today.log_odds[i] + (intercepts[group] if known else (-4.0, -2.0)[group])
        evidence = "none" if not known else "low" if is_new or buyers < 20 or positives[group] < 5 else "ok"
        parts = {p: part for p, part in today.contributions[customer].items() if part > 0}
        because = [(p, today.product_buyers[p], today.both[p], part) for p, part in parts.items() if today.both[p] >= 3]
        because.sort(key=lambda reason: (-reason[3], reason[0]))
        found[customer] = Wish(
            float(score), float(sigmoid(score)) if known else None, None, int(today.bought[i]), today.last[i], evidence, years_on_record, parts, because[:3]
        )
    with_one = [wish for wish in found.values() if wish.probability is not None]
    for wish in with_one:
        wish.lift = wish.probability / (sum(other.probability for other in with_one) / len(with_one))
    return found


def expected_revenue(lines: list[tuple], label, now: int, horizon: int, found: dict) -> dict:
    """What every customer of `found` is expected to spend on the label; a line also has its amount or None."""
    lines = [line for line in lines if line[2] <= now]
    earlier = {customer for customer, _, day, *_ in lines if day <= now - horizon}
    days: dict = {}
    for customer, _, day, labels, amount in lines:
        if label in labels:
            days.setdefault((customer, day), []).extend([] if amount is None else [amount])
    spent = {pair: sum(sorted(amounts)) for pair, amounts in days.items() if sum(amounts) > 0}
    if not spent:
        return dict.fromkeys(found)
    fraction, exponent = np.frexp(sorted(spent.values())[(len(spent) - 1) // 2])
    median = np.ldexp(np.floor(fraction * 64) / 64, exponent)  # to 3 %, of the lower one
    counted = {pair: min(amount, 20 * median) for pair, amount in spent.items()}
    typical = sum(counted.values()) / len(counted)
    had_bought = {customer for customer, day in days if day <= now - horizon}
    since = [customer for customer, day in days if day > now - horizon and customer in earlier]
    purchases = []
    for group in (False, True):
        of_group = [customer for customer in since if (customer in had_bought) == group]
        purchases.append((len(of_group) + 5) / (len(set(of_group)) + 5))
    revenue = {}
    for customer, wish in found.items():
        own = [amount for (other, _), amount in counted.items() if other == customer]
        per_day = (sum(own) + typical) / (len(own) + 1)
        revenue[customer] = None if wish.probability is None else wish.probability * purchases[wish.times > 0] * per_day
    return revenue
