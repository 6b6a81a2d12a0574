"""The trigger rules against a plain-Python reading of their documentation, and against each other, on made-up shops."""

import datetime
import math
from collections import Counter, defaultdict
from dataclasses import dataclass, field

import duckdb
import pytest

import support

ORDERS = "'orders', customer_id, order_date"
COMPLETED = "filter := status = 'completed'"
FIRST = datetime.date(2025, 3, 1)
DAY = datetime.timedelta(days=1)

# Ranges of purchases that overlap, steps that meet often, and every repeat policy, so that caps and policies decide.
BUSY = """
    CREATE TABLE busy AS
    SELECT name, 1 AS min_purchases, high AS max_purchases, silence AS silence_days, days AS action_days, ['email', 'sms'] AS channels, 'hello' AS message,
           true AS discount_allowed, 9 AS conversion_days, policy AS repeat_policy, gives_up AS unsubscribe_after
    FROM (VALUES ('a', 3, 2, [0, 4, 9], 'every time', 20), ('b', NULL, 3, [0, 7], 'at most 1 per 40 days', NULL), ('c', NULL, 5, [0, 11], 'once', NULL),
                 ('d', 9, 6, [1, 2], 'at most 2 per 90 days', 9)) v(name, high, silence, days, policy, gives_up)"""


@dataclass
class Step:
    rule: str
    number: int
    after: int
    purchases: range
    times: float
    within: int | None
    channel: str


@dataclass
class Mailer:
    """What a patient person would do with a calendar."""

    steps: list[Step]
    days: dict[int, list[datetime.date]]
    late: int
    cap: int
    cap_days: int
    log: list[tuple[int, str, int, datetime.date]] = field(default_factory=list)

    def due(self, today: datetime.date) -> list[tuple]:
        sent = defaultdict(list)
        for customer, rule, step, day in self.log:
            if day <= today:
                sent[customer].append((rule, step, day))
        rows = []
        for customer in sorted(self.days):
            past = [day for day in self.days[customer] if day <= today]
            if past:
                rows += self.due_to(customer, past[-1], len(past), today, sent[customer])
        return rows

    def due_to(self, customer: int, last: datetime.date, purchases: int, today: datetime.date, sent: list) -> list[tuple]:
        silence = (today - last).days
        room = self.cap - sum((today - day).days < self.cap_days for _, _, day in sent)
        found = []
        for step in sorted(self.steps, key=lambda step: (step.after, step.rule, step.number)):
            same = [day for rule, number, day in sent if (rule, number) == (step.rule, step.number)]
            earlier = [day for day in same if day < last and (step.within is None or (today - day).days < step.within)]
            if purchases not in step.purchases or not 0 <= silence - step.after <= self.late:
                continue
            if any(day >= last for day in same) or len(earlier) >= step.times:
                continue
            if step.channel != "unsubscribe":
                if room <= 0:
                    continue
                room -= 1
            found.append((customer, step.rule, step.number, last + step.after * DAY, step.channel, silence))
        return sorted(found, key=lambda row: (row[3], row[1], row[2]))


def read_rules(con: duckdb.DuckDBPyConnection, rules: str) -> list[Step]:
    steps = []
    columns = "name, min_purchases, max_purchases, silence_days, action_days, channels, repeat_policy, unsubscribe_after"
    for name, low, high, silence, days, channels, policy, gives_up in con.execute(f"SELECT {columns} FROM {rules}").fetchall():
        words = policy.split()
        times, within = {"once": (1, None), "every": (float("inf"), None)}.get(words[0]) or (int(words[2]), int(words[4]))
        purchases = range(low, (high or 10**6) + 1)
        for index, day in enumerate(days):
            steps.append(Step(name, index + 1, silence + day, purchases, times, within, channels[min(index, len(channels) - 1)]))
        if gives_up is not None:
            steps.append(Step(name, len(days) + 1, silence + gives_up, purchases, times, within, "unsubscribe"))
    return steps


def purchase_days(con: duckdb.DuckDBPyConnection) -> dict[int, list[datetime.date]]:
    """Days and not rows: without `amount` every row counts, so the made-up shop must not have two on one day."""
    days = defaultdict(list)
    for customer, day in con.execute("SELECT customer_id, order_date FROM orders WHERE status = 'completed' AND customer_id > 0 ORDER BY ALL").fetchall():
        days[customer].append(day)
    assert all(len(set(of)) == len(of) for of in days.values())
    return days


def make_shop(con: duckdb.DuckDBPyConnection, customers: int = 300) -> None:
    con.execute("CREATE TABLE usual AS FROM audience.triggers()")
    con.execute("SET TimeZone = 'UTC'")
    con.execute(f"""
        CREATE TABLE orders AS FROM audience.demo_orders(customers := {customers})
        QUALIFY row_number() OVER (PARTITION BY customer_id, order_date, status ORDER BY order_id) = 1 OR customer_id IS NULL""")
    con.execute("CREATE TABLE mail_log(customer_id BIGINT, rule VARCHAR, step INTEGER, sent_at DATE, held_out BOOLEAN)")
    con.execute(BUSY)


def mail(con: duckdb.DuckDBPyConnection, today: datetime.date, options: str) -> list[tuple]:
    """The list of the day; its messages are logged."""
    sql = f"SELECT customer_id, rule, step, due_date, channel, silence_days FROM audience.trigger_due({ORDERS}, {COMPLETED}, as_of := ?, log := 'mail_log', {options})"
    rows = con.execute(sql, [today]).fetchall()
    sent = [(customer, rule, step, today) for customer, rule, step, _, channel, _ in rows if channel != "unsubscribe"]
    if sent:
        con.executemany("INSERT INTO mail_log VALUES (?, ?, ?, ?, false)", sent)
    return rows


@pytest.mark.once
@pytest.mark.parametrize(
    ("rules", "late", "cap", "cap_days"),
    [("usual", 0, 3, 30), ("usual", 5, 1, 20), ("busy", 0, 100, 30), ("busy", 0, 2, 6), ("busy", 4, 3, 15)],
)
def test_thirty_days_of_mail_are_as_by_hand(con, rules: str, late: int, cap: int, cap_days: int) -> None:
    make_shop(con)
    options = f"rules := '{rules}', catch_up_days := {late}, cap := {cap}, cap_days := {cap_days}"
    mailer = Mailer(read_rules(con, rules), purchase_days(con), late, cap, cap_days)
    messages = []
    for number in range(30):
        today = FIRST + number * DAY
        if late and number % 3 == 1:
            continue  # nobody mails: caught up on the days after
        expected = mailer.due(today)
        assert mail(con, today, options) == expected, today
        sent = [(customer, rule, step, today) for customer, rule, step, _, channel, _ in expected if channel != "unsubscribe"]
        mailer.log += sent
        messages += sent
        again = mail(con, today, options)
        assert {row[4] for row in again} <= {"unsubscribe"}, "a message was sent twice on one day"
    assert len(messages) > 50

    # Nothing twice in one silence, and never more than the cap.
    silences = Counter((customer, rule, step, max(d for d in mailer.days[customer] if d <= day)) for customer, rule, step, day in messages)
    assert set(silences.values()) == {1}
    for customer, _, _, day in messages:
        assert sum(other == customer and 0 <= (day - sent).days < cap_days for other, _, _, sent in messages) <= cap


@pytest.mark.once
@pytest.mark.parametrize(("rules", "cap", "cap_days"), [("usual", 3, 30), ("usual", 1, 60), ("busy", 1000, 30), ("one", 2, 20)])
def test_the_simulation_counts_what_mailing_day_by_day_sends(con, rules: str, cap: int, cap_days: int) -> None:
    """Both begin without a log on the first day. The simulation has no unsubscribing, which is no message."""
    make_shop(con)
    con.execute("CREATE TABLE one AS FROM busy WHERE name = 'a'")
    limits = f"rules := '{rules}', cap := {cap}, cap_days := {cap_days}"
    days = 45
    wanted = f"SELECT rule, step FROM audience.trigger_due({ORDERS}, {COMPLETED}, as_of := ?, log := 'mail_log', rules := '{rules}', cap := 1000000) WHERE channel <> 'unsubscribe'"
    held_back = Counter()
    for number in range(days):
        today = FIRST + number * DAY
        held_back.update(con.execute(wanted, [today]).fetchall())
        held_back.subtract((rule, step) for _, rule, step, _, channel, _ in mail(con, today, limits) if channel != "unsubscribe")
    sent = con.execute(f"""
        WITH messages AS (
            SELECT *, EXISTS (FROM mail_log AS other WHERE other.customer_id = mail_log.customer_id AND other.rule <> mail_log.rule
                              AND other.sent_at BETWEEN mail_log.sent_at AND mail_log.sent_at + conversion_days) AS meets_another
            FROM mail_log JOIN (SELECT name AS rule, conversion_days FROM {rules}) USING (rule)
        )
        SELECT rule, step, sum(messages)::BIGINT, sum(customers)::BIGINT, max(messages), sum(overlapping)::BIGINT
        FROM (SELECT rule, step, sent_at, count(*) AS messages, 0 AS customers, count(*) FILTER (meets_another) AS overlapping FROM messages GROUP BY ALL
              UNION ALL SELECT rule, step, NULL, 0, count(DISTINCT customer_id), 0 FROM messages GROUP BY ALL)
        GROUP BY rule, step ORDER BY rule, step""").fetchall()
    simulation = f"audience.trigger_simulation({ORDERS}, amount, ?, ?, {COMPLETED}, {limits})"
    period = [FIRST, FIRST + (days - 1) * DAY]
    replayed = con.execute(f"SELECT rule, step, firings, customers, per_day_max, overlapping FROM {simulation} WHERE firings > 0", period).fetchall()
    assert replayed == sent
    capped = con.execute(f"SELECT rule, step, capped FROM {simulation} WHERE capped > 0", period).fetchall()
    assert {(rule, step): count for rule, step, count in capped} == {step: count for step, count in held_back.items() if count}
    assert sum(row[2] for row in sent) > 50 and (cap > 2 or capped)


def test_the_replay_agrees_with_results_of_what_was_sent(con) -> None:
    """One kind of conversion differs: a purchase on the day of the message counts in the results only. Nobody in a due list has one."""
    make_shop(con)
    for number in range(45):
        mail(con, FIRST + number * DAY, "cap := 3")
    until = FIRST + 44 * DAY
    results = con.execute(f"SELECT rule, step, sent, conversions, conversion_rate, revenue FROM audience.trigger_results({ORDERS}, amount, 'mail_log', {COMPLETED})").fetchall()
    replayed = con.execute(
        f"""SELECT rule, step, firings, conversions, conversion_rate, revenue
        FROM audience.trigger_simulation({ORDERS}, amount, ?, ?, {COMPLETED}) WHERE firings > 0""",
        [FIRST, until],
    ).fetchall()
    assert results == replayed


Z = 1.959963984540054


def wilson(customers: list[tuple[int, int]]) -> tuple[float, float, float]:
    """The rate of messages and its limits; the customers are given by their messages and conversions."""
    messages, conversions = (sum(column) for column in zip(*customers))
    rate, count = conversions / messages, len(customers)
    if messages == count:
        size = messages
    elif conversions in (0, messages) or count < 2:
        size = count
    else:
        variance = sum((c - rate * m) ** 2 for m, c in customers) * count / (count - 1) / messages**2
        # Student's t by its expansion in the normal quantile, for dozens of customers or more.
        v = count - 1
        t = Z + (Z**3 + Z) / (4 * v) + (5 * Z**5 + 16 * Z**3 + 3 * Z) / (96 * v**2) + (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / (384 * v**3)
        size = min(messages, rate * (1 - rate) / variance) * (Z / t) ** 2
    middle, half = rate + Z * Z / 2 / size, Z * math.sqrt(rate * (1 - rate) / size + Z * Z / 4 / size**2)
    return rate, (middle - half) / (1 + Z * Z / size), (middle + half) / (1 + Z * Z / size)


def difference(sent: list[tuple[int, int]], held_out: list[tuple[int, int]]) -> tuple[float, float, float]:
    (a, low_a, high_a), (b, low_b, high_b) = wilson(sent), wilson(held_out)
    return a - b, a - b - math.hypot(a - low_a, high_b - b), a - b + math.hypot(high_a - a, b - low_b)


def test_results_are_those_of_a_join_and_of_campaign_uplift(con) -> None:
    """Messages of the last months too, of which the windows have not ended. Refunds count for the revenue only.

    The interval is that of campaign_uplift where nobody got a second message.
    """
    make_shop(con, 3000)
    kept = "filter := status <> 'cancelled'"
    for day in ("2025-05-01", "2025-12-20", "2025-12-29"):
        con.execute(f"""
            INSERT INTO mail_log SELECT customer_id, rule, step, DATE '{day}', holdout_group(customer_id, 'test', 0.4)
            FROM audience.trigger_due({ORDERS}, as_of := DATE '{day}', {COMPLETED}, catch_up_days := 20, cap := 100) WHERE channel <> 'unsubscribe'""")
    con.execute("""
        CREATE TABLE outcomes AS
        SELECT customer_id, rule, step, held_out, count(order_id) FILTER (amount > 0) > 0 AS converted, coalesce(sum(amount), 0) AS revenue,
               sent_at + conversion_days <= (SELECT max(order_date) FROM orders WHERE status <> 'cancelled' AND customer_id IS NOT NULL) AS ended
        FROM mail_log JOIN (SELECT name AS rule, conversion_days FROM audience.triggers()) USING (rule)
        LEFT JOIN (SELECT * RENAME (customer_id AS buyer) FROM orders WHERE status <> 'cancelled') AS bought
            ON buyer = customer_id AND order_date BETWEEN sent_at AND sent_at + conversion_days
        GROUP BY customer_id, rule, step, held_out, sent_at, conversion_days""")
    found = con.execute(f"FROM audience.trigger_results({ORDERS}, amount, 'mail_log', {kept})").fetchall()
    expected = con.execute("""
        SELECT rule, step, count(*) FILTER (NOT held_out), count(*) FILTER (NOT held_out AND ended AND converted),
               avg(converted::INTEGER) FILTER (NOT held_out AND ended), sum(revenue) FILTER (NOT held_out), count(*) FILTER (held_out),
               avg(converted::INTEGER) FILTER (held_out AND ended)
        FROM outcomes GROUP BY rule, step ORDER BY rule, step""").fetchall()
    assert len(found) == 14 and any(row[3] for row in found)
    assert con.execute("SELECT count(*) FROM outcomes WHERE NOT ended").fetchone()[0] > 50
    seen = set()
    for row, (rule, step, sent, conversions, rate, revenue, holdout, holdout_rate) in zip(found, expected, strict=True):
        assert row[:8] == (rule, step, sent, conversions, pytest.approx(rate), pytest.approx(revenue), holdout, pytest.approx(holdout_rate))
        con.execute("CREATE OR REPLACE TABLE step AS FROM outcomes WHERE ended AND rule = ? AND outcomes.step = ?", [rule, step])
        groups = [
            con.execute(f"SELECT count(*), count(*) FILTER (converted) FROM step WHERE held_out = {held_out} GROUP BY customer_id").fetchall()
            for held_out in (False, True)
        ]
        assert row[11:] == con.execute("SELECT count(*) FILTER (NOT held_out), count(*) FILTER (held_out), count(*) FILTER (held_out AND converted) FROM step").fetchone()
        assert row[8:11] == pytest.approx(difference(*groups), rel=1e-4)
        repeated = any(messages > 1 for group in groups for messages, _ in group)
        seen.add(repeated)
        if not repeated:
            uplift = con.execute("SELECT uplift, lower, upper FROM audience.campaign_uplift('step', held_out, converted, revenue) WHERE metric = 'conversion_rate'").fetchone()
            assert row[8:11] == pytest.approx(uplift)
    assert seen == {False, True}


def test_the_base_rate_is_that_of_every_day(con) -> None:
    """Day by day and customer by customer, in SQL."""
    make_shop(con)
    found = con.execute(f"SELECT DISTINCT rule, base_rate FROM audience.trigger_simulation({ORDERS}, amount, '2025-03-01', '2025-05-31', {COMPLETED})").fetchall()
    expected = con.execute("""
        WITH silences AS (
            SELECT order_date AS day, lead(order_date) OVER w AS next, row_number() OVER w AS purchases
            FROM orders WHERE status = 'completed' AND customer_id > 0 WINDOW w AS (PARTITION BY customer_id ORDER BY order_date)
        ), days AS (
            SELECT unnest(range(greatest(day, DATE '2025-03-01'), least(coalesce(next, DATE '2030-01-01'), DATE '2025-06-01'), INTERVAL 1 DAY))::DATE AS day, next, purchases
            FROM silences
        )
        SELECT name, avg((coalesce(next, DATE '9999-01-01') - days.day <= conversion_days)::INTEGER)
        FROM days JOIN audience.triggers() ON purchases BETWEEN min_purchases AND coalesce(max_purchases, 1000000)
        GROUP BY name""").fetchall()
    assert {name: pytest.approx(rate, rel=1e-12) for name, rate in expected} == dict(found)
    assert len(found) == 7


def test_threads_and_order_of_rows_change_nothing(con) -> None:
    make_shop(con, 5000)
    con.execute("INSERT INTO mail_log SELECT customer_id, rule, step, DATE '2025-03-01', customer_id % 4 = 0 FROM audience.trigger_due("
                + ORDERS + ", as_of := DATE '2025-03-01', catch_up_days := 9)")  # fmt: skip
    queries = [
        "FROM audience.trigger_due('{}', customer_id, order_date, as_of := DATE '2025-03-11', log := '{}', catch_up_days := 20, cap := 2)",
        "FROM audience.trigger_due('{}', customer_id, order_date, as_of := DATE '2025-03-11', log := '{}', catch_up_days := 60, cap := 1, rules := 'busy')",
        "FROM audience.trigger_simulation('{}', customer_id, order_date, amount, '2024-01-01', '2025-06-30', rules := 'busy') -- {}",
        "FROM audience.trigger_results('{}', customer_id, order_date, amount, '{}')",
        "FROM audience.trigger_check() -- {}{}",
    ]
    con.execute("CREATE TABLE shuffled AS FROM orders ORDER BY hash(order_id)")
    con.execute("CREATE TABLE shuffled_log AS FROM mail_log ORDER BY hash(customer_id, rule)")
    con.execute("SET threads = 1")
    expected = [con.execute(sql.format("orders", "mail_log")).fetchall() for sql in queries]
    assert all(len(rows) > 5 for rows in expected)
    for threads in (1, 2, 8):
        con.execute(f"SET threads = {threads}")
        for orders, log in [("orders", "mail_log"), ("shuffled", "shuffled_log")]:
            assert [con.execute(sql.format(orders, log)).fetchall() for sql in queries] == expected, (threads, orders)
