"""Trigger rules that know the customer, against a plain reading of their documentation: day by day, with the stages and
usual gaps that audience.lifecycle_stage has on that day by the model of that day."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

import pytest

DAY = datetime.timedelta(days=1)
KEPT = "filter := status <> 'cancelled' AND customer_id > 0"
ORDERS = "'orders', customer_id, order_date"
COLUMNS = "name, min_purchases, max_purchases, silence_days, action_days, conversion_days, repeat_policy, usual_gaps, lifecycle_stage, won_back, audience"
RULES = f"""
    CREATE TABLE my_rules AS
    SELECT *, ['email'] AS channels, 'hello' AS message, false AS discount_allowed, NULL AS unsubscribe_after
    FROM (VALUES
        ('1.2 gaps', 2, NULL, 0, [0, 9], 14, 'every time', 1.2::DOUBLE, NULL, NULL, NULL),
        ('slipping', 1, NULL, 0, [0, 3], 14, 'every time', NULL, 'Slipping Away', false, NULL),
        ('lost', 1, 4, 0, [0], 30, 'every time', NULL, 'Lost', NULL, NULL),
        ('active at 20', 1, NULL, 20, [0], 7, 'every time', NULL, 'Active', NULL, NULL),
        ('new at 3', 1, 1, 3, [0], 7, 'every time', NULL, 'Just Ordered', NULL, NULL),
        ('back', 2, NULL, 2, [0, 5], 60, 'once', NULL, NULL, true, NULL),
        ('back and silent', 2, NULL, 5, [1], 60, 'every time', 0.5, NULL, true, NULL),
        ('often', 5, NULL, 10, [0], 10, 'at most 1 per 60 days', 0.4, NULL, NULL, NULL),
        ('even', 1, NULL, 15, [0, 20], 10, 'every time', NULL, NULL, NULL, 'even'),
        ('third', 2, NULL, 0, [2], 10, 'every time', 0.9, NULL, NULL, 'third'),
        ('plain', 1, NULL, 12, [0, 6], 10, 'every time', NULL, NULL, NULL, NULL)) v({COLUMNS})"""


@dataclass
class Rule:
    name: str
    low: int
    high: int | None
    silence: int
    actions: list[int]
    window: int
    policy: str
    gaps: float | None
    stage: str | None
    won_back: bool | None
    audience: str | None

    def fits(self, customer: int, purchases: int, is_back: bool) -> bool:
        member = {None: True, "even": customer % 2 == 0, "third": customer % 3 == 0}[self.audience]
        return self.low <= purchases <= (self.high or 10**9) and member and (is_back or not self.won_back)

    def may_repeat(self, day: datetime.date, earlier: list[datetime.date]) -> bool:
        if self.policy == "every time":
            return True
        if self.policy == "once":
            return not earlier
        return not any((day - other).days < 60 for other in earlier)


class Shop:
    def __init__(self, con, since: datetime.date, until: datetime.date, rules: str) -> None:
        self.con, self.since, self.until = con, since, until
        self.rules = [Rule(*row) for row in con.execute(f"SELECT {COLUMNS} FROM {rules} ORDER BY silence_days, name").fetchall()]
        self.days = defaultdict(list)
        kept = "SELECT DISTINCT customer_id, order_date FROM orders WHERE status <> 'cancelled' AND customer_id > 0 AND amount >= 0 ORDER BY ALL"
        for customer, day in con.execute(kept).fetchall():
            self.days[customer].append(day)
        latest = "SELECT max(order_date) FROM orders WHERE status <> 'cancelled' AND customer_id > 0"
        self.known = con.execute(latest).fetchone()[0]
        self.judged: dict = {}
        con.execute("CREATE OR REPLACE TABLE models(day DATE, model STRUCT(r DOUBLE, alpha DOUBLE, a DOUBLE, b DOUBLE, typical_gap_days DOUBLE, order_value DOUBLE))")
        for day in {self.model_day(since + number * DAY) for number in range((until - since).days + 1)}:
            con.execute(f"""
                INSERT INTO models SELECT ?, {{'r': model.r, 'alpha': model.alpha, 'a': model.a, 'b': model.b,
                    'typical_gap_days': model.typical_gap_days, 'order_value': model.order_value}}
                FROM audience.purchase_model({ORDERS}, amount := amount, as_of := ?, {KEPT})""", [day, day])

    def model_day(self, day: datetime.date) -> datetime.date:
        return max(self.since, day.replace(day=1)) - DAY

    def on(self, day: datetime.date, model_day: datetime.date) -> dict[int, tuple]:
        """By customer: purchases, last purchase, silence, usual gap and stage at the end of a day."""
        if (day, model_day) not in self.judged:
            rows = self.con.execute(f"""
                SELECT customer_id, purchases, last_order_date, silence_days, usual_gap_days, lifecycle_stage
                FROM audience.lifecycle_stage({ORDERS}, amount := amount, as_of := ?, {KEPT}, labels := 'text',
                                              model := (SELECT model FROM models WHERE day = ?))""", [day, model_day]).fetchall()
            self.judged[day, model_day] = {row[0]: row[1:] for row in rows}
        return self.judged[day, model_day]

    def is_back(self, customer: int, purchase: datetime.date) -> bool:
        before = self.on(purchase - DAY, self.model_day(purchase)).get(customer)
        return before is not None and before[4] in ("Slipping Away", "Lost")

    @cached_property
    def fired(self) -> dict[tuple, datetime.date]:
        """The first day on which all holds, by customer, last purchase and rule."""
        found: dict[tuple, datetime.date] = {}
        day = min(days[0] for days in self.days.values())
        while day <= self.until:
            for customer, (purchases, last, silence, gap, stage) in self.on(day, self.model_day(day)).items():
                for rule in self.rules:
                    key = customer, last, rule.name
                    if (key not in found and silence >= rule.silence and (rule.gaps is None or silence >= rule.gaps * gap)
                            and rule.stage in (None, stage) and rule.fits(customer, purchases, not rule.won_back or self.is_back(customer, last))):
                        found[key] = day
            day += DAY
        return found

    def replayed(self, cap: int, cap_days: int) -> dict[tuple, Counter]:
        """What audience.trigger_simulation counts, by rule and step."""
        steps = {(rule.name, number + 1): Counter(firings=0) for rule in self.rules for number in range(len(rule.actions))}
        for customer, days in self.days.items():
            messages = []
            for index, last in enumerate(days):
                after = days[index + 1] if index + 1 < len(days) else None
                for place, rule in enumerate(self.rules):
                    start = self.fired.get((customer, last, rule.name))
                    for number, action in enumerate(rule.actions if start else []):
                        day = start + action * DAY
                        if self.since <= day <= self.until and (after is None or day < after):
                            messages.append((day, place, number + 1, last, after))
                    if last <= self.until and rule.fits(customer, index + 1, bool(rule.won_back) and self.is_back(customer, last)):
                        self.add_base(steps, rule, last, after)
            sent = []
            for day, place, step, last, after in sorted(messages):
                rule = self.rules[place]
                if not rule.may_repeat(day, [other for other, *same, before in sent if same == [place, step] and before < last]):
                    continue
                counts = steps[rule.name, step]
                if sum((day - other).days < cap_days for other, *_ in sent) >= cap:
                    counts["capped"] += 1
                    continue
                sent.append((day, place, step, last))
                counts["firings"] += 1
                if day + rule.window * DAY <= self.known:
                    counts["conversions"] += after is not None and after <= day + rule.window * DAY
        return steps

    def add_base(self, steps: dict, rule: Rule, last: datetime.date, after: datetime.date | None) -> None:
        for number in range((self.until - self.since).days + 1):
            day = self.since + number * DAY
            if last <= day and (after is None or day < after) and day + rule.window * DAY <= self.known:
                for step in range(len(rule.actions)):
                    steps[rule.name, step + 1]["base"] += 1
                    steps[rule.name, step + 1]["returns"] += after is not None and after <= day + rule.window * DAY


def make_shop(con, customers: int) -> None:
    con.execute(f"CREATE TABLE orders AS FROM audience.demo_orders(customers := {customers}) WHERE order_date >= DATE '2024-06-01'")
    con.execute(RULES)
    con.execute("""
        CREATE TABLE members AS
        SELECT DISTINCT if(customer_id % n = 0, if(n = 2, 'even', 'third'), 'nobody') AS audience, customer_id
        FROM orders, (VALUES (2), (3)) v(n) WHERE customer_id > 0""")


@pytest.mark.once
def test_the_replay_is_that_of_a_patient_person(con) -> None:
    make_shop(con, 200)
    since, until = datetime.date(2025, 2, 10), datetime.date(2025, 5, 20)
    shop = Shop(con, since, until, "my_rules")
    for cap, cap_days in [(1000, 30), (2, 20)]:
        expected = shop.replayed(cap, cap_days)
        limits = f"cap := {cap}, cap_days := {cap_days}"
        rows = con.execute(f"""
            SELECT rule, step, firings, capped, conversions, base_rate
            FROM audience.trigger_simulation({ORDERS}, amount, ?, ?, {KEPT}, rules := 'my_rules', members := 'members', {limits})""",
            [since, until]).fetchall()
        assert len(rows) == len(expected)
        for rule, step, firings, capped, conversions, base_rate in rows:
            counts = expected[rule, step]
            assert (firings, capped, conversions) == (counts["firings"], counts["capped"], counts["conversions"]), (rule, step)
            assert base_rate == pytest.approx(counts["returns"] / counts["base"]), (rule, step)
        assert sum(row[2] for row in rows) > 100 and all(row[2] + row[3] for row in rows), rows


@pytest.mark.once
@pytest.mark.parametrize("cap", [1000, 2])
def test_the_replay_counts_what_mailing_day_by_day_sends(con, cap: int) -> None:
    """Within a month, with the model of the day before it, which the list of each day is given."""
    make_shop(con, 400)
    con.execute("DELETE FROM orders WHERE status = 'cancelled' OR amount < 0 OR customer_id IS NULL")
    since = datetime.date(2025, 3, 1)
    con.execute(f"CREATE TABLE saved AS SELECT model FROM audience.purchase_model({ORDERS}, as_of := DATE '2025-02-28')")
    con.execute("CREATE TABLE mail_log(customer_id BIGINT, rule VARCHAR, step INTEGER, sent_at DATE)")
    options = f"rules := 'my_rules', members := 'members', cap := {cap}"
    for number in range(31):
        con.execute(f"""
            INSERT INTO mail_log SELECT customer_id, rule, step, $1
            FROM audience.trigger_due({ORDERS}, as_of := $1, log := 'mail_log', model := (FROM saved), {options})""", [since + number * DAY])
    sent = con.execute("SELECT rule, step, count(*) FROM mail_log GROUP BY ALL ORDER BY ALL").fetchall()
    replayed = con.execute(f"SELECT rule, step, firings FROM audience.trigger_simulation({ORDERS}, amount, '2025-03-01', '2025-03-31', {options}) WHERE firings > 0").fetchall()
    assert replayed == sent and len(sent) > 10
