"""What the members of an audience buy more than others, counted and tested again in Python."""

from math import comb
from pathlib import Path

import pytest

import support


def at_least(both: int, a: int, b: int, n: int) -> float:
    """The chance that a draw of `a` of `n` customers has at least `both` of the `b` buyers."""
    return sum(comb(b, k) * comb(n - b, a - k) for k in range(both, min(a, b) + 1)) / comb(n, a)


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as con:
        con.execute("""
            CREATE TABLE lines AS FROM audience.demo_lines(customers := 400);
            CREATE TABLE members AS
            SELECT DISTINCT category AS audience, customer_id FROM lines WHERE customer_id IS NOT NULL AND category IN ('Wine', 'Tents')""")
        yield con


def test_shares_and_significance(con) -> None:
    bought = con.execute("SELECT DISTINCT customer_id, product_name FROM lines WHERE customer_id IS NOT NULL").fetchall()
    buyers: dict[str, set[int]] = {}
    for customer, product in bought:
        buyers.setdefault(product, set()).add(customer)
    everybody = {customer for customer, _ in bought}
    rows = con.execute("FROM audience.audience_products('members', 'lines', customer_id, order_date, product_name)").fetchall()
    audiences = con.execute("SELECT audience, list(customer_id) FROM members GROUP BY ALL ORDER BY ALL").fetchall()
    assert len(audiences) == 2
    for audience, ids in audiences:
        members = set(ids) & everybody
        tested = sorted((at_least(len(theirs & members), len(members), len(theirs), len(everybody)), product) for product, theirs in buyers.items() if theirs & members)
        q_values, smallest = {}, 1.0
        for place, (p, product) in reversed(list(enumerate(tested, 1))):
            smallest = min(smallest, p * len(buyers) / place)
            q_values[product] = smallest
        p_values = {product: p for p, product in tested}
        listed = [row for row in rows if row[0] == audience]
        assert {row[1] for row in listed} == {product for product, theirs in buyers.items() if len(theirs & members) >= 5} != set()
        assert [row[6] for row in listed] == sorted(row[6] for row in listed), "the surest first"
        for _, product, count, in_audience, in_base, lift, p_value, q_value in listed:
            theirs = buyers[product]
            assert count == len(theirs & members)
            expected = len(theirs & members) / len(members), len(theirs) / len(everybody)
            assert (in_audience, in_base, lift) == pytest.approx((*expected, expected[0] / expected[1]))
            assert (p_value, q_value) == pytest.approx((p_values[product], q_values[product]), rel=1e-6)
