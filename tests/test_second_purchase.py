"""The query of mailing.md about what second-time buyers bought, on a shop of which the answer is known."""

import support
from test_docs import docs
from pages import blocks

PAGE = support.ROOT / "docs/mailing.md"

# Bread and butter are in one order thirty times, and milk alone, which makes the two complementary. By customer: what the
# second purchase is, and why.
LINES = """
    CREATE TABLE lines AS
    WITH once AS (
        SELECT 100 + i AS customer_id, unnest(if(i < 30, ['bread', 'butter'], ['milk'])) AS product_name FROM range(60) r(i)
    ), later AS (
        FROM (VALUES
            (1, 1, 'tea', 'completed'), (1, 2, 'tea', 'completed'), (1, 2, 'coffee', 'completed'), (1, 2, 'butter', 'completed'),  -- the same
            (2, 1, 'tea', 'completed'), (2, 2, 'coffee', 'completed'), (2, 3, 'tea', 'completed'),                                -- its category
            (3, 1, 'bread', 'completed'), (3, 1, 'tea', 'completed'), (3, 5, 'butter', 'completed'),                              -- goes with bread
            (4, 1, 'butter', 'completed'), (4, 2, 'bread', 'completed'),                                                          -- the other way round
            (5, 1, 'bread', 'completed'), (5, 2, 'soap', 'completed'), (5, 3, 'butter', 'completed'),                             -- something else
            (6, 1, 'bread', 'completed'), (6, 2, 'butter', 'cancelled'), (6, 3, NULL, 'completed'),                               -- no product
            (7, 1, 'tea', 'completed'), (7, 1, 'tea', 'completed'),                                                               -- one purchase
            (NULL, 1, 'tea', 'completed'), (NULL, 2, 'tea', 'completed')) v(customer_id, day, product_name, status)
    ), all_lines AS (
        SELECT customer_id, 1 AS day, product_name, 'completed' AS status FROM once UNION ALL FROM later
    )
    SELECT customer_id, customer_id * 1000 + day AS order_id, DATE '2025-01-01' + day AS order_date, product_name, status,
           CASE WHEN product_name IN ('tea', 'coffee') THEN 'drinks' ELSE product_name END AS category
    FROM all_lines"""


def test_second_purchases_are_told_apart(con) -> None:
    con.execute(LINES)
    written = [sql for _, sql, _ in blocks(PAGE, "sql")]
    complements = next(sql for sql in written if "TABLE complements" in sql)
    question = next(sql for sql in written if "second_purchase" in sql)
    con.execute(complements)
    assert con.execute("SELECT product_a, product_b FROM complements").fetchall() == [("bread", "butter")]
    found = {kind: (customers, share) for kind, customers, share in con.execute(question).fetchall()}
    assert found == {"same product": (1, 0.167), "same category": (1, 0.167), "complementary product": (2, 0.333), "something else": (2, 0.333)}
