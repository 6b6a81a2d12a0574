"""Order lines that are read in parts: the rows of `audience.product_affinity`, bit for bit."""

from pathlib import Path

import duckdb
import pytest

import support

# What product_affinity_part takes, and product_affinity_of.
SETTINGS = {
    "default": ("", ""),
    "orders": ("level := 'order', order_id := order_id", ""),
    "day and filter": ("as_of := DATE '2025-03-01', filter := quantity > 1", "min_together := 1"),
    "best": ("", "min_together := 2, top := 40"),
    "frequent": ("", "min_together := 12"),
}
# A part of one customer's lines, the NULL customer's too.
SPLITS = {1: "0", 4: "hash(customer_id) % 4", 7: "least(hash(customer_id) % 100, 6)"}


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as connection:
        connection.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 500)")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS customer_id) FROM lines WHERE order_id % 50 = 0")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS product_id) FROM lines WHERE order_id % 60 = 0")
        # A product that is in no order counts as a product all the same.
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS order_id, 'of no order' AS product_id) FROM lines WHERE order_id % 90 = 0")
        yield connection


def call(function: str, lines: str, *options: str) -> str:
    return f"audience.{function}('{lines}', customer_id, order_date, product_id{''.join(f', {option}' for option in options if option)})"


def count(con: duckdb.DuckDBPyConnection, lines: str, parts: int, options: str = "") -> None:
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP TABLE lines_{number} AS FROM {lines} WHERE coalesce({SPLITS[parts]}, 0) = {number}")
    calls = [f"FROM {call('product_affinity_part', f'lines_{number}', options)}" for number in range(parts)]
    con.execute(f"CREATE OR REPLACE TEMP TABLE parts AS {' UNION ALL '.join(calls)}")


def difference(con: duckdb.DuckDBPyConnection) -> int:
    return sum(con.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchone()[0] for a, b in [("wanted", "found"), ("found", "wanted")])


@pytest.mark.parametrize("parts", SPLITS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_parts_give_the_rows_of_the_whole(con: duckdb.DuckDBPyConnection, setting: str, parts: int) -> None:
    options, of_all = SETTINGS[setting]
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('product_affinity', 'lines', options, of_all)}")
    count(con, "lines", parts, options)
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM audience.product_affinity_of('parts'{', ' + of_all if of_all else ''})")
    assert con.execute("SELECT count(*) >= 30, count(DISTINCT p_value) > 20, count(DISTINCT q_value) > 5 FROM wanted").fetchone() == (True,) * 3
    assert difference(con) == 0


def test_files_in_any_order(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('product_affinity', 'lines')}")
    count(con, "lines", 4)
    con.execute(f"COPY (FROM parts ORDER BY hash(product_a, product_b, baskets)) TO '{tmp_path}/parts.parquet'")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM audience.product_affinity_of('{tmp_path}/parts.parquet')")
    assert difference(con) == 0


def test_a_file_may_have_another_order_of_keys(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """An ENUM has the order that it was made with, and is a text in a file."""
    con.execute("CREATE OR REPLACE TEMP TABLE texts AS SELECT * REPLACE (product_id::VARCHAR AS product_id) FROM lines")
    con.execute("CREATE TYPE product AS ENUM (SELECT DISTINCT product_id FROM texts WHERE product_id IS NOT NULL ORDER BY md5(product_id))")
    con.execute("CREATE OR REPLACE TEMP TABLE typed AS SELECT * REPLACE (product_id::product AS product_id) FROM texts")
    count(con, "typed", 4)
    con.execute(f"COPY parts TO '{tmp_path}/parts.parquet'")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM audience.product_affinity_of('{tmp_path}/parts.parquet')")
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('product_affinity', 'texts')}")
    assert difference(con) == 0


def test_nothing_at_all(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE none AS FROM lines WHERE false")
    count(con, "none", 4)
    assert con.execute("SELECT DISTINCT product_a, product_b, baskets, part_rows, fingerprint FROM parts").fetchall() == [(None, None, 0, 1, None)]
    assert con.execute("FROM audience.product_affinity_of('parts')").fetchall() == []
    con.execute("CREATE OR REPLACE TEMP TABLE nameless AS SELECT * REPLACE (NULL::VARCHAR AS product_id) FROM lines")
    count(con, "nameless", 1)
    assert con.execute("SELECT product_a, product_b, baskets > 400 FROM parts").fetchall() == [(None, None, True)]
    assert con.execute("FROM audience.product_affinity_of('parts')").fetchall() == []


KEYS = ["[{n}, 1]::INTEGER[2]", "{{'a': [{n}], 'b': NULL::INTEGER}}", "lpad(({n})::VARCHAR, 32, '0')::UUID", "(({n}) / 8)::DECIMAL(38, 3)", "('p' || {n})::BLOB", "TIMESTAMPTZ '2000-01-01' + to_days({n})"]


@pytest.mark.parametrize("key", KEYS)
def test_keys_may_be_of_any_type(con: duckdb.DuckDBPyConnection, key: str) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE keyed AS SELECT {key.format(n='i::INTEGER % 90')} AS customer_id, DATE '2024-01-01' + (hash(i) % 300)::INTEGER AS order_date,
               {key.format(n='(hash(i, 1) % (3 + i % 9))::INTEGER')} AS product_id
        FROM range(900) r(i)""")
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('product_affinity', 'keyed')}")
    count(con, "keyed", 4)
    con.execute("CREATE OR REPLACE TEMP TABLE found AS FROM audience.product_affinity_of('parts')")
    assert con.execute("SELECT count(*) FROM wanted").fetchone()[0] > 20
    assert difference(con) == 0


ERRORS = {
    "another version": ("SELECT * REPLACE (2 AS format_version) FROM parts", "counts have the format version 2, and this version of audience reads 1; make them anew with audience.product_affinity_part"),
    "no version": ("SELECT * REPLACE (NULL::INTEGER AS format_version) FROM parts", "counts have the format version NULL"),
    "two levels": ("FROM parts UNION ALL SELECT * REPLACE ('order' AS level) FROM parts", "counts must be of one level"),
    "nobody": ("FROM parts WHERE false", "counts must be all rows of audience.product_affinity_part"),
    "no row of all": ("FROM parts WHERE product_a IS NOT NULL", "counts must be all rows of audience.product_affinity_part"),
    "no row of a product": ("FROM parts WHERE product_a IS NULL OR product_a <> product_b", "counts must be all rows of audience.product_affinity_part"),
    "half the rows": ("FROM parts WHERE product_a IS NULL OR hash(product_a, product_b, baskets) % 2 = 0", "counts must be all rows of audience.product_affinity_part: the parts were made with "),
    "a row less": ("FROM (FROM parts ORDER BY product_a NULLS FIRST LIMIT (SELECT count(*) - 1 FROM parts))", "counts must be all rows of audience.product_affinity_part: the parts were made with "),
    "a part twice": ("FROM parts UNION ALL FROM audience.product_affinity_part('lines_1', customer_id, order_date, product_id)", "counts must have each part once"),
    "a part of another day": ("FROM parts UNION ALL FROM audience.product_affinity_part('lines_0', customer_id, order_date, product_id, as_of := DATE '2025-03-01')", "counts must be of one as_of"),
    "a part with products of another type": ("FROM parts UNION ALL FROM audience.product_affinity_part('lines_0', customer_id, order_date, quantity, filter := order_id % 2 = 0)", "counts must have products of one type"),
    "half a pair": ("FROM parts UNION ALL SELECT * REPLACE (NULL AS product_b) FROM (FROM parts WHERE product_b IS NOT NULL LIMIT 1)", "counts must be all rows of audience.product_affinity_part"),
    "a count below 0": ("SELECT * REPLACE (-baskets AS baskets) FROM parts", "counts must be all rows of audience.product_affinity_part"),
    "no count": ("SELECT * REPLACE (NULL::BIGINT AS baskets) FROM parts", "counts must be all rows of audience.product_affinity_part"),
    "too many": ("SELECT * REPLACE (baskets * 10000000 AS baskets) FROM parts", "counts must be of at most 2,147,483,647 customers or orders, got "),
    "a pair that more bought than one of it": ("SELECT * REPLACE (CASE WHEN product_a <> product_b THEN baskets + 400 ELSE baskets END AS baskets) FROM parts", "counts must not have more of a pair than of a product, or of all"),
    "a product that more bought than there are": ("SELECT * REPLACE (CASE WHEN product_a IS NULL THEN 1 ELSE baskets END AS baskets) FROM parts", "counts must not have more of a pair than of a product, or of all"),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_does_not_fit_is_refused(con: duckdb.DuckDBPyConnection, case: str) -> None:
    count(con, "lines", 4)
    relation, message = ERRORS[case]
    con.execute(f"CREATE OR REPLACE TEMP TABLE other AS {relation}")
    with pytest.raises(duckdb.Error) as error:
        con.execute("SELECT count(*) FROM audience.product_affinity_of('other', min_together := 1)").fetchall()
    assert f"audience: product_affinity_of: {message}" in str(error.value)
