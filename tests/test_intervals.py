"""Prediction intervals of customers that MBG/NBD and Gamma-Gamma simulate: as many stay between the bounds as they say."""

import random
from datetime import date, timedelta

import pytest

import support

MODEL = {"r": 0.9, "alpha": 60.0, "a": 0.6, "b": 3.0, "typical_gap_days": 60.0, "order_value": 20.0}
SPEND = {"p": 3.0, "q": 3.5, "gamma": 40.0}
FIRST, KNOWN, AHEAD = date(2024, 1, 1), 400, 300
CUSTOMERS = 6000


def purchases(chance: random.Random) -> list[int]:
    """The days of one customer's purchases, from the first on day 0 to the last that the test looks at."""
    rate = chance.gammavariate(MODEL["r"], 1 / MODEL["alpha"])
    leaves = chance.betavariate(MODEL["a"], MODEL["b"])
    now, days = 0.0, [0]
    while chance.random() >= leaves:
        now += chance.expovariate(rate)
        if now >= KNOWN + AHEAD:
            break
        days.append(int(now) + 1)
    return sorted(set(days))


@pytest.fixture(scope="module")
def simulated(extension_path) -> list[tuple[int, int, int, float]]:
    """Of each customer the bounds, what came, and what was expected."""
    chance = random.Random(7)
    rows = [(who, purchases(chance)) for who in range(CUSTOMERS)]
    model = "{" + ", ".join(f"'{name}': {value}::DOUBLE" for name, value in MODEL.items()) + "}"
    with support.connect() as con:
        con.execute("CREATE TABLE bought(who INTEGER, day DATE)")
        values = [f"({who}, DATE '{FIRST + timedelta(day)}')" for who, days in rows for day in days]
        con.execute(f"INSERT INTO bought VALUES {', '.join(values)}")
        until = f"DATE '{FIRST + timedelta(KNOWN)}'"
        return con.execute(f"""
            SELECT i.low, i.high, came, expected
            FROM (SELECT expected_purchases_interval(list(day) FILTER (day <= {until}), {model}, {until}, {AHEAD}) AS i,
                         count(*) FILTER (day > {until}) AS came,
                         expected_purchases(list(day) FILTER (day <= {until}), {model}, {until}, {AHEAD}) AS expected
                  FROM bought GROUP BY who)""").fetchall()


def test_no_more_customers_leave_the_interval_than_it_says(simulated) -> None:
    below = sum(came < low for low, _, came, _ in simulated) / CUSTOMERS
    above = sum(came > high for _, high, came, _ in simulated) / CUSTOMERS
    # A tenth with three standard errors.
    assert below <= 0.1 + 0.012 and above <= 0.1 + 0.012, (below, above)
    assert below + above >= 0.05, "an interval that says nothing holds everybody"


def test_where_numbers_are_large_as_many_leave_it(simulated) -> None:
    """That purchases are whole numbers matters less there."""
    often = [row for row in simulated if row[3] >= 5]
    below = sum(came < low for low, _, came, _ in often) / len(often)
    above = sum(came > high for _, high, came, _ in often) / len(often)
    assert len(often) > 200
    # A tenth with two standard errors.
    assert below <= 0.13 and above <= 0.13 and below + above >= 0.1, (below, above, len(often))


def test_what_came_is_what_was_expected(simulated) -> None:
    assert sum(came for *_, came, _ in simulated) == pytest.approx(sum(expected for *_, expected in simulated), rel=0.05)


@pytest.fixture(scope="module")
def spending(extension_path) -> list[tuple[float, float, float, float]]:
    """Of each customer the bounds of the value, what they were worth in the end, and the revenue so far."""
    chance = random.Random(11)
    rows = []
    for who in range(CUSTOMERS):
        rate = chance.gammavariate(SPEND["q"], 1 / SPEND["gamma"])
        rows += [f"({who}, DATE '{FIRST + timedelta(day)}', {chance.gammavariate(SPEND['p'], 1 / rate):.4f})" for day in purchases(chance)]
    model = "{" + ", ".join(f"'{name}': {value}::DOUBLE" for name, value in MODEL.items()) + "}"
    with support.connect() as con:
        con.execute(f"CREATE TABLE spent AS SELECT who, day, amount::DOUBLE AS amount FROM (VALUES {', '.join(rows)}) v(who, day, amount)")
        until = f"DATE '{FIRST + timedelta(KNOWN)}'"
        return con.execute(f"""
            SELECT value_low, value_high, came, revenue
            FROM audience.customer_values('spent', who, day, amount, as_of := {until}, value_days := {AHEAD}, model := {model})
            JOIN (SELECT who AS customer_id, sum(amount) AS came FROM spent GROUP BY who) USING (customer_id)""").fetchall()


def test_no_more_customers_leave_the_interval_of_the_value_than_it_says(spending) -> None:
    below = sum(came < low - 1e-6 for low, _, came, _ in spending) / CUSTOMERS
    above = sum(came > high + 1e-6 for _, high, came, _ in spending) / CUSTOMERS
    # A tenth with three standard errors.
    assert below <= 0.1 + 0.012 and above <= 0.1 + 0.012, (below, above)


def test_where_both_ends_are_above_the_revenue_so_far_as_many_leave_it(spending) -> None:
    sure = [row for row in spending if row[0] > row[3] + 1e-6]
    below = sum(came < low for low, _, came, _ in sure) / len(sure)
    above = sum(came > high for _, high, came, _ in sure) / len(sure)
    assert len(sure) > 200
    # A tenth with two standard errors at that.
    assert abs(below - 0.1) <= 0.042 and abs(above - 0.1) <= 0.042, (below, above, len(sure))
