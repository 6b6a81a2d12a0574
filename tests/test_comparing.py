"""The history of audiences agrees with audience.customers and audience.members of each day."""

import datetime
import random

import duckdb
import pytest

import support

SEGMENTS = """
    CREATE TABLE segments AS FROM (VALUES
        ('VIP', '{"column": "importance_tier", "=": "VIP"}'),
        ('at risk', '{"all": [{"column": "lifecycle_stage", "in": ["Slipping Away", "Lost"]}, {"column": "purchases", ">=": 3}]}'),
        ('lately', '{"column": "last_order_date", "within_last_days": 45}'),
        ('top', '{"column": "value_rank", "<=": 25}'),
        ('due', '{"not": {"column": "reason", "like": "Ordered%"}}'),
        ('nobody', '{"column": "purchases", "<": 0}'),
        ('lost VIPs', '{"all": [{"audience": "VIP"}, {"audience": "at risk"}]}')) v(name, definition)"""


@pytest.fixture(scope="module")
def shop(extension_path):
    """Read only. Refunds, guests, purchases of unknown value, and several orders a day of amounts that round."""
    with support.connect() as con:
        con.execute("""
            CREATE TABLE shop AS
            SELECT customer_id, order_date, CASE WHEN order_id % 11 > 0 OR amount < 0 THEN amount END AS amount
            FROM audience.demo_orders(customers := 700) WHERE status <> 'cancelled'
            UNION ALL SELECT 1 + i % 90, DATE '2023-02-01' + (i * 7 % 900)::INTEGER, 0.1 * (1 + i % 7) FROM range(900) r(i)
            UNION ALL SELECT 1 + i % 90, DATE '2023-02-01' + (i * 7 % 900)::INTEGER, 0.7 FROM range(900) r(i)""")
        con.execute(SEGMENTS)
        yield con


def customers(con: duckdb.DuckDBPyConnection, as_of: datetime.date) -> str:
    return f"audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{as_of}')"


@pytest.mark.parametrize("every", ["1 week", "1 month", "100 days"])
def test_every_period_has_the_customers_of_that_day_bit_for_bit(shop, every: str) -> None:
    shop.execute(f"""
        CREATE OR REPLACE TEMP TABLE periods AS
        SELECT __end, __row.* FROM audience.internal.__customers_history('audience_history', 'shop', customer_id, order_date, amount, '{every}', NULL, NULL, true, true)
        WHERE __row IS NOT NULL""")
    days = [day for (day,) in shop.execute("SELECT DISTINCT __end FROM periods ORDER BY ALL").fetchall()]
    assert len(days) > 10
    for day in random.Random(3).sample(days, 4) + days[-1:]:
        shown = shop.execute(f"SELECT * EXCLUDE (__end) FROM periods WHERE __end = '{day}' ORDER BY customer_id").fetchall()
        names = [column[0] for column in shop.description]
        seen = shop.execute(f"FROM {customers(shop, day)} ORDER BY customer_id").fetchall()
        assert names == [column[0] for column in shop.description]
        assert [str(row) for row in shown] == [str(row) for row in seen], day


def test_the_history_is_the_members_of_each_day(shop) -> None:
    shop.execute("CREATE OR REPLACE TEMP TABLE history AS FROM audience.audience_history('shop', customer_id, order_date, amount, 'segments')")
    days = [day for (day,) in shop.execute("SELECT DISTINCT period_end FROM history ORDER BY ALL").fetchall()]
    for day in [*days[::7], days[-1]]:
        shop.execute(f"CREATE OR REPLACE TEMP TABLE seen AS FROM {customers(shop, day)}")
        members = shop.execute(f"""
            SELECT name, count(customer_id), sum(revenue), sum(customer_value)
            FROM segments LEFT JOIN (FROM audience.members('seen', customer_id, 'segments', as_of := DATE '{day}') JOIN seen USING (customer_id)) ON audience = name
            GROUP BY ALL ORDER BY name""").fetchall()
        shown = shop.execute(f"SELECT audience, customers, revenue, customer_value FROM history WHERE period_end = '{day}'").fetchall()
        assert [row[:2] for row in shown] == [row[:2] for row in members], day
        for mine, plain in zip(shown, members):
            for money, wanted in zip(mine[2:], plain[2:]):
                assert money == (pytest.approx(wanted) if plain[1] else 0) or money is wanted, (day, mine)
    assert shop.execute("SELECT count(DISTINCT audience) FROM history WHERE customers > 0").fetchone() == (6,)


@pytest.mark.parametrize("every", ["1 week", "1 month", "1 year"])
def test_changes_compare_with_the_rows_before(shop, every: str) -> None:
    """And since selects rows and changes nothing else."""
    call = f"audience.audience_history('shop', customer_id, order_date, amount, 'segments', every := '{every}', until := DATE '2024-12-20'"
    rows = shop.execute(f"FROM {call})").fetchall()
    counts = {(day, audience): n for day, audience, n, *_ in rows}
    days = sorted({day for day, _ in counts})
    assert len(rows) == 7 * len(days)
    for day, audience, n, _, _, previous, year in rows:
        index = days.index(day)
        assert previous == (n - counts[days[index - 1], audience] if index else None)
        before = day.replace(year=day.year - 1, day=min(day.day, 28)) if every == "1 year" else None
        # A year that is cut off is compared with the same day a year before.
        if before is not None and index and day != days[-1]:
            assert year == n - counts[days[index - 1], audience]
    later = shop.execute(f"FROM {call}, since := DATE '2024-06-10')").fetchall()
    assert later == [row for row in rows if row[0] >= later[0][0]]


def test_nothing_later_is_looked_at(shop) -> None:
    call = "FROM audience.audience_history('{}', customer_id, order_date, amount, 'segments', until := DATE '2024-03-31')"
    shop.execute("CREATE OR REPLACE TEMP TABLE known AS FROM shop WHERE order_date <= '2024-03-31'")
    assert shop.execute(call.format("shop")).fetchall() == shop.execute(call.format("known")).fetchall()


def test_threads_and_the_order_of_rows_do_not_matter(shop) -> None:
    shop.execute("CREATE OR REPLACE TEMP TABLE shuffled AS FROM shop ORDER BY md5(concat(customer_id, order_date, amount))")
    call = "FROM audience.audience_history('{}', customer_id, order_date, amount, 'segments', every := '3 months')"
    expected = shop.execute(call.format("shop")).fetchall()
    for threads in (1, 4):
        shop.execute(f"SET threads = {threads}")
        assert shop.execute(call.format("shuffled")).fetchall() == expected
    shop.execute("RESET threads")
