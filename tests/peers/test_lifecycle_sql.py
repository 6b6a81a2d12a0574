"""lifecycle_sql against what the extension computes itself: sqlglot reads the query as each warehouse does and writes it
anew for DuckDB. (What runs in Postgres itself is in tests/tools/heavy.)"""

import duckdb
import pytest
import sqlglot

import support

DIALECTS = ["duckdb", "databricks", "postgres", "redshift", "snowflake", "bigquery", "trino", "spark"]
DAYS = ["2025-06-30", "2024-03-01"]


@pytest.fixture(scope="module")
def shop():
    with support.connect() as con:
        con.execute("""
            CREATE TABLE orders AS SELECT customer_id AS buyer, order_date::TIMESTAMP + INTERVAL 13 HOUR AS ordered_at
            FROM audience.demo_orders(customers := 2000)
            -- Thirty who came every week and then every nine days or more, and a thousand days of one customer.
            UNION ALL SELECT 100000 + i % 30, TIMESTAMP '2024-01-01' + to_days((i // 30 * (7 + i % 30 * (i // 600)))::INTEGER) FROM range(1200) r(i)
            UNION ALL SELECT 200000, TIMESTAMP '2022-01-01' + to_days(i::INTEGER) FROM range(1000) r(i)
            UNION ALL SELECT NULL, TIMESTAMP '2024-01-01'""")
        yield con


def query(con: duckdb.DuckDBPyConnection, dialect: str, day: str) -> str:
    con.execute(f"""
        CREATE OR REPLACE TABLE saved AS
        SELECT {{'r': r, 'alpha': alpha, 'a': a, 'b': b, 'typical_gap_days': typical_gap_days, 'order_value': NULL::DOUBLE}} AS model
        FROM audience.purchase_model('orders', buyer, ordered_at, as_of := DATE '{day}')""")
    call = f"SELECT lifecycle_sql(model, DATE '{day}', '{dialect}', 'orders', 'buyer', 'ordered_at') FROM saved"
    return con.execute(call).fetchone()[0]


@pytest.mark.parametrize("day", DAYS)
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_warehouse_gives_the_same(shop: duckdb.DuckDBPyConnection, dialect: str, day: str) -> None:
    sql = sqlglot.transpile(query(shop, dialect, day), read=dialect, write="duckdb")[0]
    different, missing, alive, returning, stages, slowing = shop.execute(f"""
        SELECT count(*) FILTER (ours.lifecycle_stage::VARCHAR <> theirs.lifecycle_stage
                                OR ours.purchases <> theirs.purchases OR ours.first_order_date <> theirs.first_order_date
                                OR ours.last_order_date <> theirs.last_order_date OR ours.silence_days <> theirs.silence_days
                                OR ours.usual_gap_days <> theirs.usual_gap_days),
               count(*) FILTER (ours.customer_id IS NULL OR theirs.customer_id IS NULL),
               max(abs(ours.alive_probability - theirs.alive_probability)),
               max(abs(ours.return_probability - theirs.return_probability)),
               count(DISTINCT theirs.lifecycle_stage), count(*) FILTER (ours.rule = 'slowing')
        FROM audience.lifecycle_stage('orders', buyer, ordered_at, as_of := DATE '{day}', model := (SELECT model FROM saved)) AS ours
        FULL JOIN ({sql}) AS theirs USING (customer_id)""").fetchone()
    assert (different, missing) == (0, 0)
    assert max(alive, returning) < 1e-12
    assert stages == 4 and slowing > 0


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_warehouse_can_read_it(shop: duckdb.DuckDBPyConnection, dialect: str) -> None:
    """Without a statement or a function that sqlglot only passes on as text."""
    tree = sqlglot.parse_one(query(shop, dialect, DAYS[0]), read=dialect)
    assert not list(tree.find_all(sqlglot.exp.Command, sqlglot.exp.Anonymous))
