"""Lifecycle history, transitions, changes, cohorts and explanations agree with each other, with the functions that judge one
day, and with plain SQL."""

import datetime
import random
from pathlib import Path

import duckdb
import pytest

import support

SINCE, UNTIL = datetime.date(2024, 5, 31), datetime.date(2025, 3, 31)
EVERY = ["1 week", "1 month", "3 months", "1 year", "50 days"]

HISTORY = "audience.lifecycle_history('shop', customer_id, order_date, amount, every := '1 month', until := DATE '2025-11-15')"
BETWEEN = f"customer_id, order_date, DATE '{SINCE}', DATE '{UNTIL}', amount := amount"
CALLS = {
    "lifecycle_history": HISTORY,
    "lifecycle_transitions": f"audience.lifecycle_transitions('shop', {BETWEEN})",
    "lifecycle_changes": f"audience.lifecycle_changes('shop', {BETWEEN})",
    "cohorts": "audience.cohorts('shop', customer_id, order_date, amount, as_of := DATE '2025-11-15')",
    "explain_customer": "audience.explain_customer('shop', customer_id, order_date, amount, 549, as_of := DATE '2025-11-15')",
}


def make_shop(con: duckdb.DuckDBPyConnection, customers: int = 600) -> None:
    """The demo shop, refunds and guest orders included, and purchases of unknown value beside it."""
    con.execute(f"""
        CREATE TABLE shop AS
        SELECT customer_id, order_date, CASE WHEN order_id % 11 > 0 OR amount < 0 THEN amount END AS amount
        FROM audience.demo_orders(customers := {customers}) WHERE status <> 'cancelled'""")


@pytest.fixture(scope="module")
def shop(extension_path: Path):
    """Read only, because all tests of the module share it."""
    with support.connect() as con:
        make_shop(con)
        con.execute(f"CREATE TABLE history AS FROM {HISTORY}")
        yield con


def stages(con: duckdb.DuckDBPyConnection, day: datetime.date) -> dict[str, int]:
    """Customers per stage at the end of a day, from the function that judges one day."""
    rows = con.execute(f"""
        SELECT lifecycle_stage, count(*) FROM audience.lifecycle_stage('shop', customer_id, order_date, as_of := DATE '{day}', amount := amount)
        GROUP BY ALL""").fetchall()
    return dict(rows)


# == lifecycle_history


def test_the_periods_are_the_months(shop) -> None:
    found = [day for (day,) in shop.execute("SELECT DISTINCT period_end FROM history ORDER BY ALL").fetchall()]
    months = [datetime.date(2023 + month // 12, month % 12 + 1, 1) for month in range(36)]
    expected = [month - datetime.timedelta(1) for month in months[1:35]] + [datetime.date(2025, 11, 15)]
    assert found == expected
    assert shop.execute("SELECT DISTINCT count(*) FROM history GROUP BY period_end").fetchall() == [(4,)]


def test_the_stages_of_a_period_sum_to_the_customers_known_then(shop) -> None:
    rows = shop.execute("""
        WITH known AS (SELECT customer_id, min(order_date) AS first FROM shop WHERE amount >= 0 OR amount IS NULL GROUP BY ALL)
        SELECT period_end, sum(customers), sum(share), (SELECT count(customer_id) FROM known WHERE first <= period_end)
        FROM history GROUP BY period_end""").fetchall()
    assert len(rows) == 35
    for day, customers, share, known in rows:
        assert customers == known > 0, day
        assert share == pytest.approx(1), day


def test_every_period_is_what_would_have_been_seen_then(shop) -> None:
    """The model is fitted anew to what was known at each period's end."""
    days = [day for (day,) in shop.execute("SELECT DISTINCT period_end FROM history ORDER BY ALL").fetchall()]
    for day in days[::3] + days[-1:]:
        seen = shop.execute(f"""
            SELECT lifecycle_stage, count(*), sum(coalesce(revenue, 0))
            FROM audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{day}') GROUP BY ALL ORDER BY ALL""").fetchall()
        shown = shop.execute(f"SELECT lifecycle_stage, customers, revenue FROM history WHERE period_end = '{day}' AND customers > 0 ORDER BY ALL").fetchall()
        assert [row[:2] for row in shown] == [row[:2] for row in seen], day
        assert [row[2] for row in shown] == pytest.approx([row[2] for row in seen]), day
        assert {stage: customers for stage, customers, _ in shown} == stages(shop, day)


def test_options_are_those_of_lifecycle_stage(shop) -> None:
    shown = shop.execute(f"""
        SELECT lifecycle_stage, customers
        FROM audience.lifecycle_history('shop', customer_id, order_date, amount, since := DATE '{UNTIL}', until := DATE '{UNTIL}',
                                        just_ordered_days := 60, filter := customer_id % 3 > 0)""").fetchall()
    seen = shop.execute(f"""
        SELECT lifecycle_stage, count(*)
        FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{UNTIL}',
                                      just_ordered_days := 60, filter := customer_id % 3 > 0)
        GROUP BY ALL""").fetchall()
    assert len(seen) == 4 and dict(shown) == dict(seen)


def test_changes_compare_with_the_rows_before(shop) -> None:
    counts = {(day, stage): n for day, stage, n in shop.execute("SELECT period_end, lifecycle_stage, customers FROM history").fetchall()}
    days = sorted({day for day, _ in counts})
    months = {(day.year, day.month): day for day in days}
    same_day = stages(shop, datetime.date(2024, 11, 15))
    assert same_day != {stage: n for (day, stage), n in counts.items() if day == datetime.date(2024, 11, 30)}
    rows = shop.execute("SELECT period_end, lifecycle_stage, customers, change_from_previous, change_from_year_before FROM history").fetchall()
    for day, stage, customers, previous, year in rows:
        index, before = days.index(day), months.get((day.year - 1, day.month))
        assert previous == (customers - counts[days[index - 1], stage] if index else None), day
        if day == days[-1]:
            assert year == customers - same_day.get(stage, 0), "cut off, so compared with the same day"
        else:
            assert year == (customers - counts[before, stage] if before else None), day


@pytest.mark.parametrize("every", EVERY)
def test_since_selects_rows_and_changes_nothing_else(shop, every: str) -> None:
    call = f"audience.lifecycle_history('shop', customer_id, order_date, amount, every := '{every}', until := DATE '2025-11-15'"
    with_since = shop.execute(f"FROM {call}, since := DATE '2024-09-10')").fetchall()
    first = with_since[0][0]
    assert first >= datetime.date(2024, 9, 10)
    assert with_since == shop.execute(f"FROM {call}) WHERE period_end >= '{first}'").fetchall()


# == lifecycle_transitions and lifecycle_changes


def test_the_margins_are_the_two_histories(shop) -> None:
    rows = shop.execute(f"SELECT from_stage, to_stage, customers, share FROM {CALLS['lifecycle_transitions']}").fetchall()
    before, after = dict.fromkeys(stages(shop, SINCE), 0), dict.fromkeys(stages(shop, UNTIL), 0)
    new = 0
    for old, now, customers, _ in rows:
        after[now] += customers
        if old is None:
            new += customers
        else:
            before[old] += customers
    assert before == stages(shop, SINCE) and after == stages(shop, UNTIL)
    assert new == sum(after.values()) - sum(before.values()) > 0
    for day, margin in ((SINCE, before), (UNTIL, after)):
        shown = shop.execute(f"SELECT lifecycle_stage, customers FROM history WHERE period_end = '{day}'").fetchall()
        assert margin == dict(shown)
    for stage in [None, *before]:
        assert sum(share for old, _, _, share in rows if old == stage) == pytest.approx(1)


def test_every_pair_is_what_the_two_days_say(shop) -> None:
    seen = shop.execute(f"""
        WITH old AS (FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{SINCE}')),
             now AS (FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{UNTIL}'))
        SELECT old.lifecycle_stage, now.lifecycle_stage, count(*) FROM now LEFT JOIN old USING (customer_id)
        GROUP BY ALL ORDER BY 1 NULLS FIRST, 2""").fetchall()
    assert shop.execute(f"SELECT from_stage, to_stage, customers FROM {CALLS['lifecycle_transitions']}").fetchall() == seen


def test_the_changes_are_the_customers_behind_the_transitions(shop) -> None:
    counted = shop.execute(f"""
        SELECT from_stage, to_stage, count(*), count(DISTINCT customer_id) FROM {CALLS['lifecycle_changes']}
        GROUP BY ALL ORDER BY 1 NULLS FIRST, 2""").fetchall()
    moved = shop.execute(f"""
        SELECT from_stage, to_stage, customers, customers FROM {CALLS['lifecycle_transitions']}
        WHERE from_stage IS DISTINCT FROM to_stage ORDER BY 1 NULLS FIRST, 2""").fetchall()
    assert len(moved) > 10 and counted == moved


def test_the_changes_name_every_customer_with_both_stages_and_the_later_reason(shop) -> None:
    seen = shop.execute(f"""
        WITH old AS (FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{SINCE}')),
             now AS (FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{UNTIL}'))
        SELECT customer_id, old.lifecycle_stage, now.lifecycle_stage, now.reason FROM now LEFT JOIN old USING (customer_id)
        WHERE old.lifecycle_stage IS DISTINCT FROM now.lifecycle_stage ORDER BY customer_id""").fetchall()
    assert shop.execute(f"SELECT customer_id, from_stage, to_stage, reason FROM {CALLS['lifecycle_changes']}").fetchall() == seen


def test_purchases_between_are_days_with_a_purchase(shop) -> None:
    rows = shop.execute(f"""
        SELECT customer_id, purchases_between, count(DISTINCT order_date) FILTER (amount >= 0 OR amount IS NULL)
        FROM {CALLS['lifecycle_changes']} LEFT JOIN (FROM shop WHERE order_date > '{SINCE}' AND order_date <= '{UNTIL}') USING (customer_id)
        GROUP BY ALL""").fetchall()
    assert len(rows) > 100 and {row[1] for row in rows} >= {0, 1, 2}
    assert [row for row in rows if row[1] != row[2]] == []


# == cohorts


@pytest.mark.parametrize("every", EVERY)
@pytest.mark.parametrize("as_of", ["2025-11-15", "2025-08-31"])
def test_cohorts_in_plain_sql(shop, every: str, as_of: str) -> None:
    """From the rows themselves: each period by its number, and the grid of cohorts and ages by a join."""
    wanted = shop.execute(f"""
        WITH rows AS (
            SELECT customer_id, order_date, coalesce(amount, 0) AS amount, amount IS NULL OR amount >= 0 AS bought
            FROM shop WHERE customer_id IS NOT NULL AND order_date <= '{as_of}'
        ), first AS (
            SELECT customer_id, time_bucket(INTERVAL '{every}', min(order_date)) AS cohort FROM rows WHERE bought GROUP BY ALL
        ), periods AS (
            SELECT start, row_number() OVER (ORDER BY start) AS number, start + INTERVAL '{every}' <= DATE '{as_of}' + 1 AS complete
            FROM (SELECT unnest(generate_series(min(cohort)::TIMESTAMP, TIMESTAMP '{as_of}', INTERVAL '{every}'))::DATE AS start FROM first)
        ), moved AS (
            SELECT customer_id, cohort, greatest(time_bucket(INTERVAL '{every}', order_date), cohort) AS start, amount, bought
            FROM rows JOIN first USING (customer_id)
        ), sizes AS (
            SELECT cohort, count(*) AS customers FROM first GROUP BY ALL
        ), cells AS (
            SELECT cohort, now.number - born.number AS age, now.complete, any_value(customers) AS customers,
                   count(DISTINCT customer_id) FILTER (bought) AS retained, coalesce(sum(moved.amount), 0) AS revenue
            FROM sizes JOIN periods born ON cohort = born.start JOIN periods now ON now.start >= cohort
            LEFT JOIN moved ON moved.cohort = sizes.cohort AND moved.start = now.start
            GROUP BY sizes.cohort, age, now.complete
        )
        SELECT cohort, age, customers, retained, retained / customers, revenue, sum(revenue) OVER (PARTITION BY cohort ORDER BY age) / customers, complete
        FROM cells ORDER BY cohort, age""".replace("SELECT cohort, now.number", "SELECT sizes.cohort, now.number")).fetchall()
    found = shop.execute(f"SELECT * EXCLUDE (split) FROM audience.cohorts('shop', customer_id, order_date, amount, every := '{every}', as_of := DATE '{as_of}')").fetchall()
    assert [row[:4] + row[7:] for row in found] == [row[:4] + row[7:] for row in wanted]
    # Only a cohort of which no amount at all is known has no revenue.
    unknown = {row[0] for row in found if row[5] is None}
    known = {row[0] for row in shop.execute(f"""
        WITH first AS (SELECT customer_id, min(order_date) AS day FROM shop WHERE customer_id IS NOT NULL AND (amount IS NULL OR amount >= 0) GROUP BY ALL)
        SELECT DISTINCT time_bucket(INTERVAL '{every}', day) FROM first JOIN shop USING (customer_id) WHERE amount IS NOT NULL AND order_date <= '{as_of}'
    """).fetchall()}
    assert unknown == {row[0] for row in found} - known
    for column in (4, 5, 6):
        assert [row[column] or 0 for row in found] == pytest.approx([row[column] for row in wanted], abs=1e-6)


def test_cohorts_hold_every_customer_and_all_revenue_once(shop) -> None:
    customers, revenue = shop.execute(f"SELECT sum(customers) FILTER (age = 0), sum(revenue) FROM {CALLS['cohorts']}").fetchone()
    seen = shop.execute("SELECT count(*), sum(revenue) FROM audience.customers('shop', customer_id, order_date, amount, as_of := DATE '2025-11-15')").fetchone()
    assert customers == seen[0] and revenue == pytest.approx(seen[1])


# == explain_customer


def test_the_explanation_agrees_with_customers_for_everyone(con) -> None:
    make_shop(con, customers=200)
    con.execute("CREATE TABLE kept AS FROM audience.customers('shop', customer_id, order_date, amount)")
    con.execute("""
        CREATE TABLE explained AS
        SELECT kept.customer_id, topic, value, explanation
        FROM kept, audience.explain_customer('shop', customer_id, order_date, amount, kept.customer_id)""")
    rules = {"lost": 1, "slowing": 2, "just ordered": 3, "active": 4, "overdue": 5}
    decided = dict(con.execute("SELECT customer_id, rule FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount)").fetchall())
    kept = con.execute("FROM kept").df().to_dict("records")
    assert len(kept) == 200
    for customer in kept:
        rows = con.execute("SELECT topic, value, explanation FROM explained WHERE customer_id = ?", [customer["customer_id"]]).fetchall()
        values, sentences = {row[0]: row[1] for row in rows}, {row[0]: row[2] for row in rows}
        who = f"customer {customer['customer_id']}"
        assert values["stage"] == customer["lifecycle_stage"], who
        assert sentences["stage"].endswith(customer["reason"]), who
        assert values["purchases"] == f"{customer['purchases']:,}", who
        assert values["silence"].split()[0] == f"{customer['silence_days']:,}", who
        assert abs(float(values["usual gap"].split()[0].replace(",", "")) - customer["usual_gap_days"]) <= 0.5, who
        assert abs(float(values["expected purchases"]) - customer["expected_purchases"]) <= 0.00501, who
        known = customer["revenue"] == customer["revenue"]
        assert values["revenue"] == (f"{customer['revenue']:.2f}" if known else "unknown"), who
        changes = customer["next_stage_date"] == customer["next_stage_date"]
        assert values["next change"] == (f"{customer['next_stage_date']:%Y-%m-%d}" if changes else "none"), who
        if changes:
            assert sentences["next change"].startswith(customer["next_stage"]), who
        held = [topic for topic, value in values.items() if topic.startswith("rule") and value != "does not hold"]
        assert held[0].startswith(f"rule {rules[decided[customer['customer_id']]]}"), who
    assert set(decided.values()) == set(rules), "every rule decides for someone"


def test_what_they_would_be_after_an_order_today(con) -> None:
    """The history with one more day; the model stays, as it is the shop's."""
    make_shop(con, customers=200)
    con.execute("CREATE TABLE saved AS SELECT model FROM audience.purchase_model('shop', customer_id, order_date, amount := amount, as_of := DATE '2025-11-15')")
    for customer in range(1, 200, 17):
        row = con.execute(f"""
            SELECT value FROM audience.explain_customer('shop', customer_id, order_date, amount, {customer}, as_of := DATE '2025-11-15')
            WHERE topic = 'if they order today'""").fetchone()
        after = con.execute(f"""
            WITH more AS (FROM shop UNION ALL VALUES ({customer}, DATE '2025-11-15', NULL))
            SELECT lifecycle_stage FROM audience.customers('more', customer_id, order_date, amount, as_of := DATE '2025-11-15',
                                                           model := (SELECT model FROM saved), filter := customer_id = {customer})""").fetchone()
        assert row is None or row == after, customer


# == All of them


@pytest.mark.parametrize("name", CALLS)
def test_rows_after_the_last_day_change_nothing(con, name: str) -> None:
    make_shop(con)
    before = con.execute(f"FROM {CALLS[name]}").fetchall()
    con.execute("""
        INSERT INTO shop SELECT customer_id, order_date + 2000, amount * 1000 FROM shop
        UNION ALL SELECT range, DATE '2025-11-16', 1 FROM range(5000) UNION ALL SELECT 549, DATE '9999-12-31', -1""")
    assert con.execute(f"FROM {CALLS[name]}").fetchall() == before and before


@pytest.mark.parametrize("name", CALLS)
def test_neither_threads_nor_the_order_of_rows_matter(con, name: str) -> None:
    make_shop(con, customers=30_000)
    found = []
    for threads in (1, 2, 8):
        con.execute(f"SET threads = {threads}")
        found.append(con.execute(f"FROM {CALLS[name]}").fetchall())
    con.execute("CREATE OR REPLACE TABLE shop AS FROM shop ORDER BY hash(rowid)")
    found.append(con.execute(f"FROM {CALLS[name]}").fetchall())
    assert found[0] and all(rows == found[0] for rows in found[1:])


@pytest.mark.once
def test_random_small_shops_agree(con) -> None:
    """Few customers, many refunds, gaps of zero days: the history against the single days."""
    random.seed(7)
    for _ in range(20):
        rows = [(random.randrange(4), datetime.date(2023, 11, 1) + datetime.timedelta(random.choice([0, 1, 28, 29, 60, 61, 120, 300])), random.choice([-9.5, 0, 3, 12.25, None]))
                for _ in range(random.randrange(1, 15))]
        con.execute("CREATE OR REPLACE TABLE shop(customer_id INTEGER, order_date DATE, amount DOUBLE)")
        con.executemany("INSERT INTO shop VALUES (?, ?, ?)", rows)
        shown = con.execute("""
            SELECT period_end, map_from_entries(list((lifecycle_stage::VARCHAR, customers))) FROM audience.lifecycle_history('shop', customer_id, order_date, amount, every := '60 days')
            WHERE customers > 0 GROUP BY period_end""").fetchall()
        for day, counts in shown:
            assert counts == stages(con, day), rows
