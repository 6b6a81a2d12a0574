"""Purchase intent, written a second time from its formulas, to test the extension against.

Matrices of numpy over all customers and products, no histogram, no fixed point, and nothing of the extension is used.
A line is (customer, product or None, day, set of labels); days are integers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

PSEUDO_BUYERS = 5


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


def weights(both: np.ndarray, product_buyers: np.ndarray, label_buyers: float, customers: float) -> np.ndarray:
    """w²·z: the squared shrunk log lift times the excess in standard errors."""
    share = label_buyers / customers
    lift = np.log((both + PSEUDO_BUYERS * share) / ((product_buyers + PSEUDO_BUYERS) * share))
    expected = product_buyers * share
    return np.maximum(lift, 0) ** 2 * np.maximum((both - expected) / np.sqrt(expected + 1), 0)


def log_ratio(values: np.ndarray, presence: np.ndarray | float = 1.0) -> np.ndarray:
    """The logarithm of values over their mean; where there are none, presence is all that counts."""
    mean = values.mean()
    return np.log(((values / mean if mean > 0 else 0 * values) + 0.1 * presence) / 1.1)


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

    decayed = 2.0 ** ((last_day - now) / (2 * horizon))
    has = np.isfinite(last_day)
    buyer = np.array([bool(days) for days in label_days])
    both, product_buyers, label_buyers = has[buyer].sum(0), has.sum(0), buyer.sum()
    eligible = np.array([p not in members for p in products]) & (both > 0) & (label_buyers > 1)
    with_self, without_self = np.zeros(len(products)), np.zeros(len(products))
    if eligible.any():
        arguments = both[eligible], product_buyers[eligible]
        with_self[eligible] = weights(*arguments, label_buyers, n)
        without_self[eligible] = weights(*(a - 1 for a in arguments), label_buyers - 1, n - 1)

    breadth = decayed.sum(1)
    per_breadth = (breadth / breadth.mean() + 0.1) ** -0.6 if breadth.mean() > 0 else np.ones(n)
    parts = np.where(buyer[:, None], without_self, with_self) * decayed * per_breadth[:, None]
    own = np.array([sum(2.0 ** ((day - now) / (2 * horizon)) for day in days) for days in label_days])
    activity = np.array([sum(2.0 ** ((day - now) / horizon) for day in days) for days in order_days])
    silence = np.array([now - max(days) for days in order_days])
    presence = np.maximum(2.0 ** (-silence / (4 * horizon)), 1 / 1024)
    similarity = parts.sum(1)
    odds = np.where(
        buyer,
        1.9 * np.log(1 + own) + 0.3 * log_ratio(activity) + 0.6 * log_ratio(similarity),
        1.3 * log_ratio(similarity, presence),
    )
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


@dataclass
class Wish:
    score: float
    probability: float | None
    lift: float | None
    times: int
    last: int | None
    evidence: str
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
    buyers = int((today.bought > 0).sum())
    found = {}
    for i, customer in enumerate(today.customers):
        group = int(today.bought[i] > 0)
        known = intercepts[group] is not None and buyers > 0
        score = today.log_odds[i] + (intercepts[group] if known else (-4.0, -2.0)[group])
        evidence = "none" if not known else "low" if buyers < 20 or positives[group] < 5 else "ok"
        parts = {p: part for p, part in today.contributions[customer].items() if part > 0}
        because = [(p, today.product_buyers[p], today.both[p], part) for p, part in parts.items() if today.both[p] >= 3]
        because.sort(key=lambda reason: (-reason[3], reason[0]))
        found[customer] = Wish(
            float(score), float(sigmoid(score)) if known else None, None, int(today.bought[i]), today.last[i], evidence, parts, because[:3]
        )
    with_one = [wish for wish in found.values() if wish.probability is not None]
    for wish in with_one:
        wish.lift = wish.probability / (sum(other.probability for other in with_one) / len(with_one))
    return found
