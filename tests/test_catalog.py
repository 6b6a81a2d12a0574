"""Where LOAD puts its macros, and that the user's own databases and files stay as they were."""

import hashlib
from pathlib import Path

import duckdb
import pytest

import support


@pytest.fixture
def con(own_con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Its first database is called memory."""
    return own_con


def customers(con: duckdb.DuckDBPyConnection, catalog: str = "audience", table: str = "orders") -> int:
    sql = f"SELECT count(*) FROM {catalog}.customers('{table}', customer_id, order_date, amount)"
    return con.execute(sql).fetchone()[0]


@pytest.fixture
def shop(tmp_path: Path):
    """Makes a closed database file with an orders table."""

    def make(name: str, schema: str | None = None) -> Path:
        path = tmp_path / name
        with support.open_database(path) as con:
            support.make_orders(con, 100)
            if schema:
                con.execute(f"CREATE SCHEMA {schema}")
        return path

    return make


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize(
    ("file", "schema", "catalog"),
    [
        ("shop.duckdb", None, "audience"),
        ("audience.duckdb", None, "audience_sql"),
        ("AUDIENCE.db", None, "audience_sql"),
        ("shop.duckdb", "audience", "audience_sql"),
    ],
)
def test_the_users_file_is_never_written(
    shop, extension_path: Path, file: str, schema: str | None, catalog: str, read_only: bool
) -> None:
    path = shop(file, schema)
    before = digest(path)
    with support.connect(path, read_only=read_only) as con:
        assert customers(con, catalog) == 100
    assert digest(path) == before
    assert [other.name for other in path.parent.iterdir()] == [path.name]


def test_both_names_taken_is_an_error_and_a_later_load_works(extension_path: Path) -> None:
    with support.open_database() as con:
        support.make_orders(con, 100)
        con.execute("ATTACH ':memory:' AS audience; ATTACH ':memory:' AS audience_sql")
        with pytest.raises(duckdb.Error, match="audience_sql"):
            support.load(con)
        assert con.execute("SELECT 42").fetchone() == (42,)
        con.execute("DETACH audience; DETACH audience_sql")
        support.load(con)
        assert customers(con) == 100


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_load_inside_a_transaction(extension_path: Path, end: str) -> None:
    with support.open_database() as con:
        con.execute("BEGIN")
        support.load(con)
        support.make_orders(con, 100)
        assert customers(con) == 100
        con.execute(end)
        assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (int(end == "COMMIT"),)
        support.make_orders(con, 70)
        assert customers(con) == 70


@pytest.mark.parametrize("end", ["COMMIT", "ROLLBACK"])
def test_load_late_in_a_transaction(extension_path: Path, end: str) -> None:
    """A transaction that has begun to work may not see what LOAD adds, until it ends; its own work is not disturbed."""
    with support.open_database() as con:
        con.execute("BEGIN")
        support.make_orders(con, 100)
        support.load(con)
        con.execute(end)
        assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (int(end == "COMMIT"),)
        support.make_orders(con, 70)
        assert customers(con) == 70


def test_the_users_own_functions_win_and_do_not_disturb_load(extension_path: Path) -> None:
    with support.open_database() as con:
        con.execute("CREATE MACRO lifecycle_stage(a, b, c) AS 'mine'; CREATE MACRO customers(t) AS TABLE SELECT 'mine' AS x")
        con.execute("CREATE TABLE purchase_history(i INTEGER); CREATE TYPE lifecycle AS ENUM ('a')")
        support.load(con)
        support.make_orders(con, 100)
        assert con.execute("SELECT lifecycle_stage(1, 2, 3)").fetchone() == ("mine",)
        assert con.execute("FROM customers('orders')").fetchone() == ("mine",)
        assert customers(con) == 100


def test_without_the_prefix_after_set_search_path(con: duckdb.DuckDBPyConnection) -> None:
    support.make_orders(con, 100)
    con.execute("SET search_path = 'memory.main,audience.main'")
    sql = "SELECT count(*) FROM customers('orders', customer_id, order_date, amount)"
    assert con.execute(sql).fetchone() == (100,)


def test_relations_of_every_kind(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    support.make_orders(con, 100)
    con.execute("CREATE VIEW a_view AS FROM orders; CREATE TEMP TABLE a_temp AS FROM orders; CREATE SCHEMA s")
    con.execute('CREATE TABLE s."My Orders" AS FROM orders')
    con.execute(f"COPY orders TO '{tmp_path}/orders.parquet' (FORMAT parquet)")
    for name in ("orders", "memory.main.orders", "a_view", "a_temp", 's."My Orders"', f"{tmp_path}/orders.parquet"):
        assert customers(con, table=name) == 100, name
    a_frame = con.execute("FROM orders").df()  # noqa: F841 - DuckDB finds it by its name in the calling function
    over_frame = "SELECT count(*) FROM audience.customers('a_frame', customer_id, order_date, amount)"
    assert con.execute(over_frame).fetchone() == (100,)
    with_cte = """
        WITH recent AS (FROM orders WHERE order_date > DATE '2024-01-01')
        SELECT count(*) = (SELECT count(DISTINCT customer_id) FROM recent)
        FROM audience.customers('recent', customer_id, order_date, amount)"""
    assert con.execute(with_cte).fetchone() == (True,)


def test_in_views_prepared_statements_and_joins(con: duckdb.DuckDBPyConnection) -> None:
    support.make_orders(con, 100)
    call = "FROM audience.customers('orders', customer_id, order_date, amount"
    con.execute(f"CREATE VIEW v AS {call})")
    assert con.execute("SELECT count(*) FROM v").fetchone() == (100,)
    con.execute(f"PREPARE p AS SELECT count(*) {call}, as_of := $1)")
    assert con.execute("EXECUTE p('2030-01-01')").fetchone() == (100,)
    assert con.execute(f"SELECT count(*) {call}, as_of := ?)", ["2030-01-01"]).fetchone() == (100,)
    joined = f"SELECT count(*) FROM (SELECT DISTINCT customer_id FROM orders) JOIN ({call})) USING (customer_id)"
    assert con.execute(joined).fetchone() == (100,)
