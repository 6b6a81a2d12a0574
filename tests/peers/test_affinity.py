"""The p-values of pairs of products against the hypergeometric distribution of SciPy, q-values against its correction."""

import numpy
import pytest
from scipy import stats

# Common buyers, buyers of the one, of the other, customers.
COUNTS = [
    (2100, 20_000, 20_000, 200_000),
    (1900, 20_000, 20_000, 200_000),
    (2000, 20_000, 20_000, 200_000),
    (2500, 20_000, 20_000, 200_000),
    (1, 20_000, 9, 100_000),
    (5, 5, 5, 60_000),
    (40, 300, 450, 30_000),
    (40, 60, 70, 90),
    (41, 60, 70, 90),
    (1, 1, 1, 2),
]


@pytest.mark.parametrize(("both", "a", "b", "n"), COUNTS)
def test_p_value(con, both: int, a: int, b: int, n: int) -> None:
    con.execute("""
        CREATE TABLE lines AS
        SELECT i AS customer_id, DATE '2024-01-01' AS order_date,
               unnest(CASE WHEN i < $both THEN ['a', 'b'] WHEN i < $a THEN ['a'] WHEN i < $a + $b - $both THEN ['b'] ELSE [NULL] END) AS product
        FROM range($n) r(i)""", {"both": both, "a": a, "b": b, "n": n})
    found = con.execute("SELECT together, buyers_a, buyers_b, round(together / support), p_value FROM audience.product_affinity('lines', customer_id, order_date, product, min_together := 1)").fetchone()
    assert found[:4] == (both, a, b, n)
    assert found[4] == pytest.approx(stats.hypergeom.sf(both - 1, n, a, b), rel=1e-8)


def test_q_values(con) -> None:
    """Where every pair is there, all p-values are known."""
    con.execute("""
        CREATE TABLE lines AS
        SELECT i % 400 AS customer_id, DATE '2024-01-01' AS order_date, hash(i) % (1 + hash(i, 1) % 30) AS product FROM range(12_000) r(i)""")
    pairs = con.execute("SELECT p_value, q_value FROM audience.product_affinity('lines', customer_id, order_date, product, min_together := 1)").fetchnumpy()
    assert len(pairs["p_value"]) == 30 * 29 / 2
    expected = stats.false_discovery_control(pairs["p_value"])
    ratio = pairs["q_value"] / expected
    assert numpy.all(ratio >= 1 - 1e-9) and numpy.all(ratio <= 1.0023)
