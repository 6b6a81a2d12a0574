"""The overview of a shop, and its value at risk, are what the functions of one day say on each of the days, and what plain SQL
counts."""

import datetime
from pathlib import Path

import pytest

import support

AS_OF = datetime.date(2025, 11, 15)
YEAR_BEFORE = datetime.date(2024, 11, 15)
BEFORE = {"1_month": datetime.date(2025, 10, 15), "3_months": datetime.date(2025, 8, 15), "6_months": datetime.date(2025, 5, 15), "year": YEAR_BEFORE}
STAGES = ["Just Ordered", "Active", "Slipping Away", "Lost"]


def customers(day: datetime.date) -> str:
    return f"audience.customers('shop', customer_id, order_date, amount, as_of := DATE '{day}')"


def overview(con, day: datetime.date) -> dict[str | None, dict[str, object]]:
    """The row of each stage, and of all customers."""
    found = con.execute(f"FROM audience.overview('shop', customer_id, order_date, amount, as_of := DATE '{day}')")
    names = [column[0] for column in found.description]
    rows = [dict(zip(names, row)) for row in found.fetchall()]
    return {row["lifecycle_stage"]: row for row in rows}


@pytest.fixture(scope="module")
def shop(extension_path: Path):
    """The demo shop, refunds and guest orders included, and purchases of unknown value. Read only."""
    with support.connect() as con:
        con.execute("""
            CREATE TABLE shop AS
            SELECT customer_id, order_date, CASE WHEN order_id % 11 > 0 OR amount < 0 THEN amount END AS amount
            FROM audience.demo_orders(customers := 600) WHERE status <> 'cancelled'""")
        for day in {AS_OF, *BEFORE.values()}:
            con.execute(f'CREATE TABLE "{day}" AS FROM {customers(day)}')
        yield con


@pytest.fixture(scope="module")
def now(shop):
    return overview(shop, AS_OF)


def by_stage(shop, day: datetime.date, value: str) -> dict[str | None, object]:
    return dict(shop.execute(f"""SELECT lifecycle_stage, {value} FROM "{day}" AS c GROUP BY ROLLUP (lifecycle_stage)""").fetchall())


def test_the_stages_in_their_order_and_all_customers_last(now) -> None:
    assert list(now) == [*STAGES, None]
    assert sum(now[stage]["customers"] for stage in STAGES) == now[None]["customers"] > 500
    assert [row["share"] for row in now.values()] == pytest.approx([row["customers"] / now[None]["customers"] for row in now.values()])


@pytest.mark.parametrize("name", BEFORE)
def test_an_earlier_day_is_what_was_seen_then(shop, now, name: str) -> None:
    seen = by_stage(shop, BEFORE[name], "count(*)")
    assert {stage: row[f"customers_{name}_before"] for stage, row in now.items()} == seen
    assert {stage: row["customers"] - row[f"change_from_{name}_before"] for stage, row in now.items()} == seen


@pytest.mark.parametrize("day", [AS_OF, YEAR_BEFORE])
@pytest.mark.parametrize("days", [30, 365])
def test_revenue_in_plain_sql(shop, now, day: datetime.date, days: int) -> None:
    """That of the customers who were in the stage on that day, by its last so many days."""
    spent = f"""sum((SELECT coalesce(sum(amount), 0) FROM shop s WHERE s.customer_id = c.customer_id
                     AND order_date BETWEEN DATE '{day}' - {days - 1} AND DATE '{day}'))"""
    column = f"revenue_{days}_days" + ("" if day == AS_OF else "_year_before")
    assert {stage: row[column] for stage, row in now.items()} == pytest.approx(by_stage(shop, day, spent))


@pytest.mark.parametrize(("day", "column"), [(AS_OF, "expected_revenue"), (YEAR_BEFORE, "expected_revenue_year_before")])
def test_expected_revenue_is_that_of_customers(shop, now, day: datetime.date, column: str) -> None:
    assert {stage: row[column] for stage, row in now.items()} == pytest.approx(by_stage(shop, day, "sum(expected_revenue)"))


def test_who_came_and_who_left(shop, now) -> None:
    rows = shop.execute(f"""
        SELECT n.lifecycle_stage, count(*) FILTER (n.first_order_date > DATE '{BEFORE["1_month"]}'),
               count(*) FILTER (n.lifecycle_stage = 'Slipping Away' AND (b.customer_id IS NULL OR b.lifecycle_stage NOT IN ('Slipping Away', 'Lost'))),
               count(*) FILTER (n.lifecycle_stage = 'Lost' AND b.lifecycle_stage IS DISTINCT FROM 'Lost')
        FROM "{AS_OF}" n LEFT JOIN "{BEFORE["1_month"]}" b USING (customer_id)
        GROUP BY ROLLUP (n.lifecycle_stage)""").fetchall()
    assert {stage: (row["new_customers"], row["slipped"], row["lost"]) for stage, row in now.items()} == {row[0]: row[1:] for row in rows}
    assert min(now[None][column] for column in ("new_customers", "slipped", "lost")) > 0


def test_won_back_is_who_would_have_been_called_slipping_the_day_before(shop, now) -> None:
    """Every buyer of the month, judged by a function of one day with the model of the month before."""
    month_before = BEFORE["1_month"]
    shop.execute(f"""
        CREATE OR REPLACE TEMP TABLE model AS SELECT model
        FROM audience.purchase_model('shop', customer_id, order_date, amount := amount, as_of := DATE '{month_before}')""")
    won_back = set()
    for back in range((AS_OF - month_before).days):
        day = AS_OF - datetime.timedelta(back)
        won_back |= set(shop.execute(f"""
            SELECT customer_id
            FROM audience.lifecycle_stage('shop', customer_id, order_date, amount := amount, as_of := DATE '{day}' - 1, model := (FROM model))
            WHERE lifecycle_stage IN ('Slipping Away', 'Lost') AND customer_id IN
                  (SELECT customer_id FROM shop WHERE order_date = DATE '{day}' AND (amount >= 0 OR amount IS NULL))""").fetchall())
    assert now[None]["won_back"] == len(won_back) > 0
    listed = shop.execute(f"""
        SELECT customer_id FROM audience.won_back('shop', customer_id, order_date, amount, since := DATE '{month_before}', as_of := DATE '{AS_OF}')""")
    assert set(listed.fetchall()) == won_back
    stages = dict(shop.execute(f'SELECT customer_id, lifecycle_stage FROM "{AS_OF}"').fetchall())
    for stage in STAGES:
        assert now[stage]["won_back"] == sum(stages[customer] == stage for (customer,) in won_back)


def test_the_year_before_is_the_overview_of_that_day(shop, now) -> None:
    then = overview(shop, YEAR_BEFORE)
    columns = [name for name in now[None] if name.endswith("_year_before") and not name.startswith("change_")]
    assert len(columns) == 8
    for stage, row in now.items():
        earlier = then[stage]
        assert [row[name] for name in columns] == pytest.approx([earlier[name.removesuffix("_year_before")] for name in columns]), stage


def test_later_rows_change_nothing(shop, now) -> None:
    shop.execute(f"CREATE OR REPLACE TEMP VIEW known AS FROM shop WHERE order_date <= DATE '{AS_OF}'")
    found = shop.execute(f"FROM audience.overview('known', customer_id, order_date, amount, as_of := DATE '{AS_OF}')").fetchall()
    assert found == [tuple(row.values()) for row in now.values()]


def test_a_day_of_a_longer_month_and_a_young_shop(shop) -> None:
    """31 May has no same day in February; the shop began in January 2023, so there is no year before."""
    young = overview(shop, datetime.date(2023, 5, 31))
    expected = shop.execute(f"SELECT count(*) FROM {customers(datetime.date(2023, 2, 28))}").fetchone()[0]
    assert young[None]["customers_3_months_before"] == expected > 0
    assert {row["customers_6_months_before"] for row in young.values()} == {None}
    assert {row[name] for row in young.values() for name in row if name.endswith("year_before")} == {None}


def test_options_are_those_of_customers(shop) -> None:
    options = "just_ordered_days := 60, lost_after_gaps := 2, filter := customer_id % 3 > 0"
    found = shop.execute(f"""
        SELECT lifecycle_stage, customers FROM audience.overview('shop', customer_id, order_date, amount, {options})
        WHERE lifecycle_stage IS NOT NULL""").fetchall()
    expected = shop.execute(f"""
        SELECT lifecycle_stage, count(*) FROM audience.customers('shop', customer_id, order_date, amount, {options}) GROUP BY 1 ORDER BY 1""").fetchall()
    assert found == expected and len(found) == 4


# == value_risk


@pytest.fixture(scope="module")
def risk(shop):
    return {row[:2]: row[2:] for row in shop.execute(f"""
        FROM audience.value_risk('shop', customer_id, order_date, amount, as_of := DATE '{AS_OF}')""").fetchall()}


def test_the_cells_are_the_customers(shop, risk) -> None:
    rows = shop.execute(f"""
        SELECT importance_tier, lifecycle_stage, count(*), sum(expected_revenue),
               sum((SELECT coalesce(sum(amount), 0) FROM shop s WHERE s.customer_id = c.customer_id
                    AND order_date > DATE '{AS_OF}' - 365 AND order_date <= DATE '{AS_OF}'))
        FROM "{AS_OF}" c GROUP BY CUBE (importance_tier, lifecycle_stage)""").fetchall()
    everybody = risk[None, None][0]
    assert everybody > 500 and len(risk) == 25
    for tier, stage, customers, expected, revenue in rows:
        assert risk[tier, stage][:4] == pytest.approx((customers, customers / everybody, revenue, expected)), (tier, stage)
    empty = risk.keys() - {row[:2] for row in rows}
    assert {risk[cell] for cell in empty} <= {(0, 0, 0, 0, 0, None)}


def test_at_risk_is_what_silence_has_cost(shop, risk) -> None:
    """By the scalar functions: fewer purchases are expected now than on the day of the latest one, each of the same value."""
    rows = shop.execute(f"""
        WITH histories AS (
            SELECT customer_id, audience.purchase_history(order_date, amount) AS history
            FROM shop WHERE order_date <= DATE '{AS_OF}' AND customer_id IS NOT NULL GROUP BY ALL
        ), once AS (
            SELECT customer_id, expected_purchases(history, model, history.last_order_date, 365) AS at_first
            FROM histories, audience.purchase_model('shop', customer_id, order_date, amount := amount, as_of := DATE '{AS_OF}')
            WHERE history IS NOT NULL
        )
        SELECT importance_tier, lifecycle_stage, sum(greatest(at_first - expected_purchases, 0) * expected_revenue / expected_purchases), sum(expected_revenue)
        FROM "{AS_OF}" JOIN once USING (customer_id)
        GROUP BY CUBE (importance_tier, lifecycle_stage)""").fetchall()
    assert len(rows) > 15
    for tier, stage, lost, expected in rows:
        assert risk[tier, stage][4:] == pytest.approx((lost, lost / (lost + expected))), (tier, stage)


def test_value_at_risk_looks_at_nothing_later(shop, risk) -> None:
    shop.execute(f"CREATE OR REPLACE TEMP VIEW known AS FROM shop WHERE order_date <= DATE '{AS_OF}'")
    found = shop.execute(f"FROM audience.value_risk('known', customer_id, order_date, amount, as_of := DATE '{AS_OF}')").fetchall()
    assert {row[:2]: row[2:] for row in found} == risk
