"""Customers and products may be identified by a value of any type: the result is the one that texts in the same order give.

Each function runs in a process of its own, because DuckDB 2.0 can end at a value that a join did not write.
"""

import pytest

# `n` is a number, and the values are in the order of the numbers. All values of a table have other types than those of the
# products beside them, so that a type is tested as both.
TYPES = [
    "[{n}, {n} + 1]::INTEGER[2]",
    "[{n}, 1]",
    "['p' || lpad(({n})::VARCHAR, 3, '0'), NULL]::VARCHAR[2]",
    "{{'a': {n}, 'b': NULL::INTEGER}}",
    "{{'a': [{n}, {n}]::INTEGER[2]}}",
    "MAP {{'a': {n}}}",
    "[[{n}, 1]::INTEGER[2]]",
    "lpad(({n})::VARCHAR, 32, '0')::UUID",
    "(({n}) / 8)::DECIMAL(38, 3)",
    "('p' || lpad(({n})::VARCHAR, 3, '0'))::key",
    "(({n})::HUGEINT * 18446744073709551616)",
    "('p' || lpad(({n})::VARCHAR, 3, '0'))::BLOB",
    "to_days(({n})::INTEGER)",
    "(TIMESTAMPTZ '2000-01-01' + to_days(({n})::INTEGER))",
]

CALLS = {
    "interests": "'lines', customer_id, order_date, product, product, name := name, top := 5",
    "interested_in": "'lines', customer_id, order_date, product, number < 5, name := name",
    "cross_sell": "'lines', customer_id, order_date, product, number < 5, number > 15, name := name",
    "recommend": "'lines', customer_id, order_date, product, top := 5, category := product, max_per_category := 2",
    "product_affinity": "'lines', customer_id, order_date, product, level := 'order', order_id := customer_id, min_together := 1",
    "bought": "'lines', customer_id, order_date, number < 5",
    "replenishment": "'lines', customer_id, order_date, product",
    "lookalikes": "'lines', customer_id, order_date, product, amount, customer < 15",
    "lookalike_quality": "'lines', customer_id, order_date, product, amount, number = 3",
    "members": "'people', customer_id, 'segments', lines := 'lines', line_customer_id := customer_id, line_date := order_date, product := product",
    "intent_backtest": "'lines', customer_id, order_date, product, product, DATE '2024-10-01'",
}

PRELUDE = """
import re, sys
from support import *
function, arguments, *types = sys.argv[1:]
con = connect()
con.execute("SET TimeZone = 'UTC'")
con.execute("CREATE TYPE key AS ENUM (SELECT 'p' || lpad(i::VARCHAR, 3, '0') FROM range(50) r(i))")
con.execute('''CREATE TABLE plain AS
    SELECT i % 50 AS customer, CASE WHEN customer < 45 THEN hash(i, 1) % (1 + hash(i, 2) % 20) ELSE customer END AS number, DATE '2024-01-01' + (hash(i, 3) % 365)::INTEGER AS order_date,
           5.0 + i % 20 AS amount
    FROM range(700) r(i)''')
con.execute('''CREATE TABLE segments AS FROM (VALUES ('A', '{"bought": {"number": 3}}'),
    ('B', '{"interested_in": {"number": {"<": 5}}, "top": 9}')) v(name, definition)''')
TEXT = "'p' || lpad(({n})::VARCHAR, 3, '0')"
KEYS = {'customer_id', 'product', 'because_product', 'product_a', 'product_b', 'label'}

def names(kind):
    '''The texts by the values of a type and by their texts.'''
    values = con.execute(f"SELECT {kind.format(n='i::INTEGER')} AS v, v::VARCHAR, {TEXT.format(n='i')} FROM range(50) r(i)").fetchall()
    return {repr(value): text for value, _, text in values}, {shown: text for _, shown, text in values}

def result(customer, product):
    con.execute(f'''CREATE OR REPLACE TABLE lines AS
        SELECT {customer.format(n='customer::INTEGER')} AS customer_id, {product.format(n='number::INTEGER')} AS product, {TEXT.format(n='number')} AS name,
               customer, number, order_date, amount FROM plain''')
    con.execute('CREATE OR REPLACE TABLE people AS SELECT customer_id FROM lines WHERE customer % 3 > 0 GROUP BY customer_id')
    (customers, _), (products, shown) = names(customer), names(product)
    def plain(name, value):
        if name in KEYS and value is not None:
            return (customers if name == 'customer_id' else products)[repr(value)]
        if name == 'feature':
            return shown.get(value.removeprefix('bought '), value)
        if name == 'warning' and value is not None:
            return re.sub('bought (.*) alone', lambda match: shown[match[1]], value)
        if isinstance(value, list):
            return [{field: plain(field, item[field]) for field in item} for item in value]
        return value
    rows = con.execute(f'FROM audience.{function}({arguments})').fetchall()
    columns = [column[0] for column in con.description]
    found = [[plain(*cell) for cell in zip(columns, row)] for row in rows]
    # Most come in no order.
    return sorted(found, key=repr)

expected = result(TEXT, TEXT)
assert expected
for customer, product in zip(types, types[1:] + types[:1]):
    assert result(customer, product) == expected, (customer, product)
"""


@pytest.mark.parametrize("function", CALLS)
def test_keys_of_every_type(run_isolated, function: str) -> None:
    run_isolated(PRELUDE, function, CALLS[function], *TYPES)


def test_segments_of_every_type(run_isolated) -> None:
    """Also where the plan looks the segments up for the customers, instead of the customers for the segments."""
    code = """
import sys
from support import *
con = connect()
con.execute("CREATE TYPE key AS ENUM (SELECT 'p' || lpad(i::VARCHAR, 3, '0') FROM range(50) r(i)); SET TimeZone = 'UTC'")
con.execute("SET disabled_optimizers = 'build_side_probe_side'")
make_orders(con, 200)
def figures(kind):
    value = kind.format(n='(customer_id % 3)::INTEGER')
    con.execute(f'''CREATE OR REPLACE TABLE typed AS SELECT *, {value} AS segment FROM orders WHERE customer_id % 5 = 0
                    UNION ALL SELECT *, NULL FROM orders WHERE customer_id % 5 > 0''')
    return [row[1:] for row in con.execute("FROM audience.lapse_threshold('typed', customer_id, order_date, segment_by := segment)").fetchall()]
expected = figures('{n}')
assert len(expected) == 4
for kind in sys.argv[1:]: assert figures(kind) == expected, kind
"""
    run_isolated(code, *TYPES)
