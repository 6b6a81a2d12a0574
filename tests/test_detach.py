"""DETACH of the catalog with the macros.

DuckDB loads an extension once per database and tells it nothing of DETACH, so a later LOAD brings nothing back. Since 2.0 a
LOAD under another name does. Each test runs in a process of its own, because a crash would take the other tests with it.
"""

import textwrap

import duckdb
import pytest

PRELUDE = """
import duckdb
from support import *
CALL = "SELECT count(*) FROM {}.triggers()"
LOAD = f"LOAD '{EXTENSION}'"
con = connect()
def works(con, catalog='audience'): return con.execute(CALL.format(catalog)).fetchone() == (7,)
def is_gone(con):
    try: con.execute(CALL.format('audience')).fetchall()
    except duckdb.CatalogException: return True
    return False
def databases(): return {name for (name,) in con.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()}
"""

loads_again = pytest.mark.skipif(duckdb.__version__.startswith("1."), reason="LOAD ... AS is new in DuckDB 2.0")


@pytest.fixture
def snippet(run_isolated):
    return lambda code: run_isolated(PRELUDE + textwrap.dedent(code))


def test_detach_takes_the_macros_away_until_the_database_is_opened_again(snippet) -> None:
    snippet("""
        con.execute('DETACH audience')
        for connection in (con, con.cursor()):
            connection.execute(LOAD)
            assert is_gone(connection)
            assert connection.execute("SELECT normalize_email(' A@b.com ')").fetchone() == ('a@b.com',)
        con.close()
        assert works(connect())
        """)


def test_a_database_of_the_same_name_is_left_alone(snippet) -> None:
    snippet("""
        con.execute("DETACH audience; ATTACH ':memory:' AS audience; CREATE TABLE audience.mine AS SELECT 1 AS i")
        con.execute(LOAD)
        assert is_gone(con) and databases() == {'memory', 'audience'}
        assert con.execute("SELECT count(*) FROM duckdb_functions() WHERE database_name = 'audience'").fetchone() == (0,)
        assert con.execute('FROM audience.mine').fetchall() == [(1,)]
        """)


def test_detach_in_a_transaction(snippet) -> None:
    """Before 1.5 DuckDB detaches also what the transaction has used, and ROLLBACK never brings a database back."""
    snippet("""
        used = connect()
        used.execute('BEGIN'); assert works(used)
        try: used.execute('DETACH audience')
        except duckdb.TransactionException: is_detached = False
        else: is_detached = True
        used.execute('ROLLBACK')
        assert is_detached == duckdb.__version__.startswith('1.4.')
        assert is_gone(used) if is_detached else works(used)
        assert used.execute('SELECT 42').fetchone() == (42,)

        con.execute('BEGIN; DETACH audience'); con.execute('ROLLBACK')
        assert is_gone(con)
        """)


def test_detach_while_another_connection_reads(snippet) -> None:
    snippet("""
        other = con.cursor()
        make_orders(con, 3000)
        other.execute("FROM audience.customers('orders', customer_id, order_date, amount)")
        assert other.fetchone()
        con.execute('DETACH audience')
        assert len(other.fetchall()) == 2999
        assert is_gone(other)
        """)


@loads_again
def test_another_name_loads_again(snippet) -> None:
    snippet("""
        con.execute('DETACH audience')
        con.execute(LOAD + ' AS again')
        assert works(con) and works(con.cursor()) and databases() == {'memory', 'audience'}
        make_orders(con, 100)
        query = "SELECT count(*) FROM audience.customers('orders', customer_id, order_date, amount)"
        assert con.execute(query).fetchone() == (100,)
        con.execute('DETACH audience')
        con.execute(LOAD + ' AS once_more')
        assert works(con)
        """)


@loads_again
def test_another_name_beside_a_database_of_the_same_name(snippet) -> None:
    snippet("""
        con.execute("DETACH audience; ATTACH ':memory:' AS audience")
        con.execute(LOAD + ' AS again')
        assert works(con, 'audience_sql') and databases() == {'memory', 'audience', 'audience_sql'}
        """)


@loads_again
def test_another_name_without_detach_changes_nothing(snippet) -> None:
    snippet("""
        before = con.execute('SELECT count(*) FROM duckdb_functions()').fetchone()
        con.execute(LOAD + ' AS again')
        assert con.execute('SELECT count(*) FROM duckdb_functions()').fetchone() == before
        assert works(con) and databases() == {'memory', 'audience'}
        """)
