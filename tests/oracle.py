"""What the extension documents, written a second time, to test it against.

Plain Python, slow, straight from the published formulas: no code, no table of constants and no shortcut of the
extension is used. Days are integers, a customer is the sorted list of the purchase days.
"""

import math
import statistics
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from fractions import Fraction
from itertools import count

JUST_ORDERED, ACTIVE, SLIPPING_AWAY, LOST = "Just Ordered", "Active", "Slipping Away", "Lost"
ONE_TIME, LOYAL, FREQUENT, VIP = "One-Time Buyer", "Loyal", "Frequent Buyer", "VIP"
STAGES = (JUST_ORDERED, ACTIVE, SLIPPING_AWAY, LOST)
TIERS = (ONE_TIME, LOYAL, FREQUENT, VIP)
STAGE_OF_RULE = {"lost": LOST, "slowing": SLIPPING_AWAY, "just ordered": JUST_ORDERED, "active": ACTIVE, "overdue": SLIPPING_AWAY}
FOREVER = 36_525


def hypergeometric(a: float, b: float, c: float, z: float) -> float:
    """Gauss's 2F1 by its series."""
    term = total = 1.0
    for n in count():
        term *= (a + n) * (b + n) / (c + n) * z / (n + 1)
        total += term
        if abs(term) < 1e-17 * abs(total):
            return total


@dataclass(frozen=True)
class Model:
    r: float
    alpha: float
    a: float
    b: float
    typical_gap_days: float
    order_value: float | None = None

    def survival(self, x: int, t: float, u: float) -> float:
        return ((self.alpha + t) / (self.alpha + t + u)) ** (self.r + x)

    def alive(self, x: int, t: float, u: float) -> float:
        """Hoppe & Wagner (2007)."""
        return 1 / (1 + self.a / (self.b + x) / self.survival(x, t, u))

    def returns(self, x: int, t: float, u: float, days: float) -> float:
        total = self.alpha + t + u
        return self.alive(x, t, u) * (1 - (total / (total + days)) ** (self.r + x))

    def expected(self, x: int, t: float, u: float, days: float) -> float:
        """The closed form of Batislam et al. (2007), for a != 1; the extension sums another series."""
        total = self.alpha + t + u
        shape = self.r + x
        gauss = hypergeometric(shape, self.b + x + 1, self.a + self.b + x, days / (total + days))
        inner = 1 - (total / (total + days)) ** shape * gauss
        return (self.a + self.b + x) / (self.a - 1) * inner * self.alive(x, t, u)

    def next_order_days(self, x: int, t: float, u: float) -> float:
        """The median of the time to the next purchase, given that it comes within a year."""
        total, shape = self.alpha + t + u, self.r + x
        none = (total / (total + 365)) ** shape
        return total * (((1 + none) / 2) ** (-1 / shape) - 1)

    def new_customer_returns(self) -> float:
        return self.b / (self.a + self.b) * (1 - (self.alpha / (self.alpha + 180)) ** self.r)


PRIOR = Model(1.0, 90.0, 0.8, 1.2, 90.0)
REFERENCE = Model(0.6, 56.0, 0.64, 1.18, 62.0)


def numbers(days: list[int], as_of: int) -> tuple[int, int, int]:
    """x, t and u."""
    return len(days) - 1, days[-1] - days[0], as_of - days[-1]


def usual_gap(days: list[int], typical_gap: float) -> float:
    return (typical_gap + days[-1] - days[0]) / len(days)


def is_slowing(days: list[int], silence: int, just_ordered_days: int) -> bool:
    x = len(days) - 1
    if x < 6:
        return False
    fourth_last = days[-4]
    early, recent = (fourth_last - days[0]) / (x - 3), (days[-1] + silence - fourth_last) / 3
    return early >= 7 and recent >= 2.5 * early and silence > max(early, min(just_ordered_days, recent / 2))


def rule(model: Model, days: list[int], as_of: int, just_ordered_days: int | None = None, lost_after_gaps: float | None = None) -> str:
    """Just ordered is by default within 30 days, or within the typical gap where that is shorter; lost by default who is
    unlikely to return."""
    if just_ordered_days is None:
        just_ordered_days = math.floor(min(30, model.typical_gap_days))
    x, t, u = numbers(days, as_of)
    gap = usual_gap(days, model.typical_gap_days)
    threshold = min(0.2, model.new_customer_returns() / 3)
    lost = u > lost_after_gaps * gap if lost_after_gaps else model.returns(x, t, u, 180) < threshold
    if u > just_ordered_days and u > 1.1 * gap and lost:
        return "lost"
    if is_slowing(days, u, just_ordered_days):
        return "slowing"
    if u <= just_ordered_days:
        return "just ordered"
    return "active" if u <= 1.1 * gap else "overdue"


def stage(model: Model, days: list[int], as_of: int, just_ordered_days: int | None = None, lost_after_gaps: float | None = None) -> str:
    return STAGE_OF_RULE[rule(model, days, as_of, just_ordered_days, lost_after_gaps)]


def lost_day(model: Model, days: list[int]) -> int | None:
    """The first day of being lost without another purchase, by halving: who is lost stays so."""
    silence = bisect_left(range(FOREVER + 1), True, key=lambda silence: stage(model, days, days[-1] + silence) == LOST)
    return days[-1] + silence if silence <= FOREVER else None


def next_stage(model: Model, days: list[int], as_of: int, just_ordered_days: int | None = None) -> tuple[int, str] | None:
    """By looking at one day after the other."""
    now = stage(model, days, as_of, just_ordered_days)
    for ahead in range(1, FOREVER + 1):
        then = stage(model, days, as_of + ahead, just_ordered_days)
        if then != now:
            return as_of + ahead, then
    return None


def order_value(model: Model, purchases: int, revenue: float) -> float:
    return max(0.0, (revenue + model.order_value) / (purchases + 1))


def customer_value(model: Model, days: list[int], revenue: float, as_of: int) -> float:
    expected = model.expected(*numbers(days, as_of), 365)
    return max(0.0, revenue) + expected * order_value(model, len(days), revenue)


def shop_order_value(customers: list[tuple[int, float]]) -> float:
    """The median of the customers' means, from their purchases and revenue."""
    return statistics.median(revenue / purchases for purchases, revenue in customers)


def vip_value(values: dict, repeaters: set) -> float | None:
    """The least value of a VIP: the smallest top of the repeaters that holds a fifth of all value and a hundredth of
    all customers, each above the repeaters' median, of which nobody counts for more than twenty."""
    ranked = sorted((values[customer] for customer in repeaters), reverse=True)
    if not ranked:
        return None
    median = statistics.median(ranked)
    counted = [min(value, 20 * median) for value in ranked]
    total = math.fsum(min(value, 20 * median) for value in values.values())
    above = [value for value in ranked if value > median]
    enough = (n for n in range(len(above) + 1) if math.fsum(counted[:n]) >= total / 5 and n >= len(values) / 100)
    wanted = next(enough, len(above))
    return above[wanted - 1] if wanted else None


def tier(model: Model, days: list[int], value: float, vip: float | None) -> str:
    if len(days) == 1:
        return ONE_TIME
    if vip is not None and value >= vip:
        return VIP
    frequent = len(days) >= 3 and usual_gap(days, model.typical_gap_days) <= model.typical_gap_days
    return FREQUENT if frequent else LOYAL


def typical_gap(histories: list[list[int]]) -> float:
    """The median of the repeaters' mean gaps and one of 90 days."""
    gaps = sorted([(days[-1] - days[0]) / (len(days) - 1) for days in histories if len(days) > 1] + [90.0])
    middle = len(gaps) // 2
    return gaps[middle] if len(gaps) % 2 else (gaps[middle - 1] + gaps[middle]) / 2


def scores(values: list[float], bins: int) -> list[int]:
    """1 + floor(bins * p), at most bins; p is 0 for the mean rank of the worst and 1 for that of the best, 1/2 if all are equal."""
    ordered = sorted(values)
    ranks = [Fraction(bisect_left(ordered, value) + bisect_right(ordered, value) + 1, 2) for value in values]
    least, most = min(ranks), max(ranks)
    places = [Fraction(1, 2) if least == most else (rank - least) / (most - least) for rank in ranks]
    return [min(bins, 1 + math.floor(bins * place)) for place in places]
