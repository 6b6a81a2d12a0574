"""Uses that crash a DuckDB host, or silently go wrong, when an extension over the C API is careless.

Each runs in a process of its own, because a crash would take the other tests with it.
"""

import platform
import textwrap

import pytest

QUERY = "SELECT count(*) FROM audience.customers('orders', customer_id, order_date, amount)"

# Begins every snippet; QUERY counts the customers of `orders`.
PRELUDE = f"""
import sys, threading
import duckdb
from support import *
QUERY = {QUERY!r}
def count(con): return con.execute(QUERY).fetchone()[0]
def fails(con, sql):
    try: con.execute(sql).fetchall()
    except duckdb.Error as error: return str(error)
    raise AssertionError('no error: ' + sql)
"""


@pytest.fixture
def snippet(run_isolated):
    def run(code: str, *arguments: str) -> str:
        return run_isolated(PRELUDE + textwrap.dedent(code), *arguments)

    return run


def test_reconnect_and_load_again(snippet) -> None:
    snippet("""
        for _ in range(5):
            con = connect(); make_orders(con, 300); assert count(con) == 300; con.close()
        """)


def test_load_on_threads_that_exit(snippet) -> None:
    snippet("""
        failures = []
        def work():
            try:
                con = connect(); make_orders(con, 300); assert count(con) == 300; con.close()
            except BaseException as error: failures.append(error)
        for _ in range(3):
            threads = [threading.Thread(target=work) for _ in range(3)]
            for thread in threads: thread.start()
            for thread in threads: thread.join()
        assert not failures, failures
        work()
        assert not failures, failures
        """)


def test_load_on_a_thread_that_exits_used_by_another(snippet) -> None:
    snippet("""
        con = open_database(); make_orders(con, 300)
        thread = threading.Thread(target=load, args=(con.cursor(),)); thread.start(); thread.join()
        assert count(con) == 300
        """)


def test_several_instances_in_a_process(snippet, tmp_path) -> None:
    snippet(
        """
        databases = [connect(':memory:one'), connect(':memory:two'), connect(sys.argv[1])]
        for size, con in enumerate(databases, 100): make_orders(con, size)
        for _ in range(3):
            for size, con in enumerate(databases, 100): assert count(con) == size
        databases.pop().close(); databases.pop().close()
        assert count(databases[0]) == 100
        """,
        tmp_path / "third.duckdb",
    )


def test_load_twice(snippet) -> None:
    snippet("""
        con = connect(); load(con); load(con.cursor()); make_orders(con, 50)
        assert count(con) == 50
        """)


@pytest.mark.parametrize(
    "call",
    [
        "audience.purchase_history(order_date, amount ORDER BY order_date)",
        "audience.purchase_history(DISTINCT order_date, amount)",
        "audience.purchase_history(order_date, amount) OVER ()",
        "audience.purchase_history(order_date, amount) OVER (PARTITION BY customer_id ORDER BY order_date)",
        "audience.purchase_history(order_date, amount) FILTER (amount > 0) OVER ()",
        "audience.purchase_model_fit(NULL ORDER BY order_date)",
        "audience.purchase_model_fit(NULL) OVER ()",
    ],
)
def test_ordered_and_windowed_aggregates_are_errors(snippet, call: str) -> None:
    """duckdb#21537: over a raw C-API aggregate these crash DuckDB before 2.0."""
    snippet(
        """
        con = connect(); make_orders(con, 300)
        for sql in (f'SELECT {sys.argv[1]} FROM orders', f'SELECT {sys.argv[1]} FROM orders GROUP BY customer_id, order_date, amount'):
            fails(con, sql)
        assert count(con) == 300
        """,
        call,
    )


def test_limit_above_a_macro_frees_its_states(snippet) -> None:
    if platform.system() != "Linux":
        pytest.skip("reads the memory from /proc")
    snippet("""
        con = connect(); make_orders(con, 4000, orders=80)
        shapes = [
            "FROM audience.customers('orders', customer_id, order_date, amount) LIMIT 1",
            "FROM audience.lifecycle_stage('orders', customer_id, order_date) LIMIT 1",
            "FROM audience.importance_tier('orders', customer_id, order_date, amount) LIMIT 1 OFFSET 7",
            "SELECT EXISTS (FROM audience.customers('orders', customer_id, order_date, amount))",
        ]
        def repeat(times):
            for _ in range(times):
                for sql in shapes: con.execute(sql).fetchall()
        repeat(8); before = resident_megabytes(); repeat(25); grown = resident_megabytes() - before
        assert grown < 30, f'{grown:.0f} MB'
        """)


def test_repeated_queries_do_not_grow(snippet) -> None:
    if platform.system() != "Linux":
        pytest.skip("reads the memory from /proc")
    snippet("""
        con = connect(); make_orders(con, 3000, orders=80)
        def repeat(times):
            for _ in range(times):
                assert count(con) == 3000
                con.execute("FROM audience.purchase_model('orders', customer_id, order_date, amount := amount)").fetchall()
                con.execute("FROM audience.rfm('orders', customer_id, order_date, amount)").fetchall()
        repeat(10); before = resident_megabytes(); repeat(150)
        # Two threads hold some 15 MB more at one moment than at another; what leaks is there at all of them.
        grown = resident_megabytes() - before
        for _ in range(5):
            repeat(2); grown = min(grown, resident_megabytes() - before)
        assert grown < 20, f'{grown:.0f} MB'
        """)


def test_an_abandoned_result_is_harmless(snippet) -> None:
    snippet("""
        con = connect(); make_orders(con, 20000)
        for _ in range(5):
            cursor = con.cursor()
            cursor.execute("FROM audience.customers('orders', customer_id, order_date, amount)").fetchmany(3)
            cursor.close()
        assert count(con) == 20000
        """)


def test_combine_leaves_its_source_alone(snippet) -> None:
    """Grouping sets and parallel plans merge one partial state into several."""
    snippet("""
        con = connect(); make_orders(con, 2000, orders=80)
        con.execute("ALTER TABLE orders ADD COLUMN half INTEGER DEFAULT 0; UPDATE orders SET half = customer_id % 2")
        plain = '''SELECT {keys}, audience.purchase_history(order_date, amount)::VARCHAR AS h FROM orders GROUP BY {keys}'''
        con.execute("SET threads = 4")
        for keys in ('customer_id', 'half'):
            once = con.execute(plain.format(keys=keys) + ' ORDER BY 1').fetchall()
            sets = con.execute(f'''SELECT {keys}, h FROM (
                SELECT customer_id, half, grouping(customer_id) AS g, audience.purchase_history(order_date, amount)::VARCHAR AS h
                FROM orders GROUP BY GROUPING SETS ((customer_id), (half), ()))
                WHERE {keys} IS NOT NULL ORDER BY 1''').fetchall()
            assert once == sets, keys
        """)


def test_the_result_does_not_depend_on_threads_or_row_order(snippet) -> None:
    snippet("""
        con = connect(); make_orders(con, 5000, orders=40)
        con.execute("CREATE TABLE shuffled AS FROM orders ORDER BY md5(customer_id::VARCHAR || order_date::VARCHAR)")
        sql = '''SELECT * EXCLUDE (revenue, average_purchase_value, expected_revenue, customer_value, value_rank),
                        round(revenue, 6), round(customer_value, 4)
                 FROM audience.customers('{}', customer_id, order_date, amount) ORDER BY customer_id'''
        results = []
        for threads in (1, 4):
            con.execute(f'SET threads = {threads}')
            for table in ('orders', 'shuffled'): results.append(con.execute(sql.format(table)).fetchall())
        assert all(result == results[0] for result in results[1:])
        """)


def test_scalars_over_sliding_windows(snippet) -> None:
    snippet("""
        con = connect(); make_orders(con, 400, orders=30)
        day = "DATE '2025-02-01'"
        frame = 'PARTITION BY customer_id ORDER BY order_date, amount ROWS BETWEEN 5 PRECEDING AND CURRENT ROW'
        con.execute(f'CREATE TABLE lists AS SELECT customer_id, list(order_date) OVER ({frame}) AS days FROM orders')
        slid = con.execute(f'''SELECT lifecycle_stage(list(order_date) OVER ({frame}), NULL, {day})::VARCHAR AS s,
                                      return_probability(list(order_date) OVER ({frame}), NULL, {day}, 180) AS p
                               FROM orders ORDER BY 1, 2''').fetchall()
        rows = con.execute(f'''SELECT lifecycle_stage(days, NULL, {day})::VARCHAR, return_probability(days, NULL, {day}, 180)
                               FROM lists ORDER BY 1, 2''').fetchall()
        assert len(slid) > 4000 and slid == rows
        """)


SCALARS = [
    "lifecycle_stage({days}, {model}, {day})",
    "alive_probability({days}, {model}, {day})",
    "return_probability({days}, {model}, {day}, 90)",
    "expected_purchases({days}, {model}, {day}, 90)",
    "next_order_date({days}, {model}, {day})",
    "order_value({days}, {model}, {day})",
    "usual_gap_days({days}, {model}, {day})",
    "lifecycle_reason({days}, {model}, {day})",
]


@pytest.mark.parametrize("call", SCALARS, ids=lambda call: call.split("(")[0])
def test_null_rows_and_constants(snippet, call: str) -> None:
    """DuckDB folds a constant NULL, hands over NULL rows and flattens constants: all must agree."""
    snippet(
        """
        con = connect()
        con.execute('''CREATE TABLE t AS SELECT i,
            CASE WHEN i % 3 > 0 THEN [DATE '2024-01-01' + (i % 200)::INTEGER, DATE '2024-03-01'] END AS days,
            CASE WHEN i % 5 > 0 THEN DATE '2024-12-01' END AS day,
            [DATE '2024-01-01', NULL, DATE '2024-03-01'] AS same,
            DATE '2024-12-01' AS same_day FROM range(7000) r(i)''')
        model = {'r': 0.6, 'alpha': 56.0, 'a': 0.64, 'b': 1.18, 'typical_gap_days': 62.0, 'order_value': 30.0}
        typed = 'struct_pack(' + ', '.join(f'{k} := {v}::DOUBLE' for k, v in model.items()) + ')'
        def expression(days, day, model=typed): return sys.argv[1].format(days=days, day=day, model=model)
        def one(sql): return con.execute(sql).fetchone()[0]
        constant, day = "[DATE '2024-01-01', NULL, DATE '2024-03-01']", "DATE '2024-12-01'"

        varying = expression('days', 'day')
        assert one(f'SELECT count(*) FROM t WHERE (days IS NULL OR day IS NULL) AND {varying} IS NOT NULL') == 0
        assert one(f'SELECT count(*) FROM t WHERE days IS NOT NULL AND day IS NOT NULL AND {varying} IS NULL') == 0
        for nothing in (expression('NULL::DATE[]', day), expression('[]::DATE[]', day), expression('[NULL]::DATE[]', day), expression(constant, 'NULL::DATE')):
            assert one(f'SELECT {nothing}') is None, nothing
        # A constant is the same as a column that always holds it, wherever a vector ends.
        alone = one(f'SELECT {expression(constant, day)}')
        assert alone is not None
        for days, when in (('same', day), (constant, 'same_day'), ('same', 'same_day'), (constant, day)):
            assert con.execute(f'SELECT DISTINCT {expression(days, when)} FROM t').fetchall() == [(alone,)], (days, when)
        # A NULL model is the documented prior, constant or not.
        prior = one(f"SELECT {expression(constant, day, 'NULL')}")
        column = expression('same', 'same_day', f'CASE WHEN i < 0 THEN {typed} END')
        assert con.execute(f'SELECT DISTINCT {column} FROM t').fetchall() == [(prior,)]
        """,
        call,
    )


def test_struct_argument_of_constant_and_varying_children(snippet) -> None:
    snippet("""
        con = connect()
        con.execute('''CREATE TABLE t AS SELECT i, 20 + (i % 100)::DOUBLE AS alpha, [DATE '2024-01-01', DATE '2024-01-01' + (5 + i % 90)::INTEGER] AS days
                       FROM range(7000) r(i)''')
        model = 'struct_pack(r := {}, alpha := {}, a := {}, b := {}, typical_gap_days := {}, order_value := {})'
        mixed = model.format('0.6::DOUBLE', 'alpha', '0.64::DOUBLE', '1.18::DOUBLE', '62::DOUBLE', '30::DOUBLE')
        # A sum with a varying zero keeps every child from being constant.
        flat = model.format(*(f'({value} + 0 * random())::DOUBLE' for value in ('0.6', 'alpha', '0.64', '1.18', '62', '30')))
        for call in ('return_probability(days, {}, DATE \\'2024-09-01\\', 180)', 'lifecycle_stage(days, {}, DATE \\'2024-09-01\\')::VARCHAR'):
            rows = con.execute(f'SELECT i, {call.format(mixed)}, {call.format(flat)} FROM t ORDER BY i').fetchall()
            assert len(rows) == 7000 and all(a is not None and a == b for _, a, b in rows)
            for i in (0, 1, 2047, 2048, 4096, 6999):
                alone = con.execute(f'SELECT {call.format(mixed)} FROM t WHERE i = {i}').fetchone()[0]
                assert alone == rows[i][1], i
        assert len({row[1] for row in con.execute(f"SELECT i, return_probability(days, {mixed}, DATE '2024-09-01', 180) FROM t").fetchall()}) > 50
        """)


def test_amounts_and_dates_of_every_type_agree(snippet) -> None:
    snippet("""
        con = connect(); make_orders(con, 300)
        con.execute("UPDATE orders SET amount = round(amount)")
        def result(date, amount):
            con.execute(f'CREATE OR REPLACE TABLE typed AS SELECT customer_id, order_date::{date} AS order_date, amount::{amount} AS amount FROM orders')
            return con.execute("SELECT * FROM audience.customers('typed', customer_id, order_date, amount) ORDER BY customer_id").fetchall()
        expected = result('DATE', 'DOUBLE')
        for amount in ('TINYINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'UINTEGER', 'FLOAT', 'DECIMAL(9, 2)', 'DECIMAL(38, 2)'):
            assert result('DATE', amount) == expected, amount
        con.execute("SET TimeZone = 'UTC'")
        for date in ('TIMESTAMP', 'TIMESTAMP_NS', 'TIMESTAMPTZ'):
            assert result(date, 'DOUBLE') == expected, date
        """)


def test_customer_ids_of_any_type_come_back(snippet) -> None:
    snippet("""
        con = connect(); make_orders(con, 50)
        for kind, expression in [('VARCHAR', "'c' || customer_id"), ('UUID', "md5(customer_id::VARCHAR)::UUID"), ('HUGEINT', 'customer_id::HUGEINT'),
                                 ('DATE', "DATE '2000-01-01' + customer_id::INTEGER"), ('DECIMAL(9,2)', 'customer_id::DECIMAL(9,2)'),
                                 ('STRUCT(shop VARCHAR, id BIGINT)', "{'shop': 'a', 'id': customer_id}")]:
            con.execute(f"CREATE OR REPLACE TABLE typed AS SELECT {expression} AS who, order_date, amount FROM orders")
            rows = con.execute("SELECT typeof(customer_id), count(DISTINCT customer_id) FROM audience.customers('typed', who, order_date, amount) GROUP BY 1").fetchall()
            assert rows == [(kind, 50)], (kind, rows)
        """)


def test_enums_keep_their_order_everywhere(snippet, tmp_path) -> None:
    snippet(
        """
        folder = sys.argv[1]
        stages = ['Just Ordered', 'Active', 'Slipping Away', 'Lost']
        con = connect(f'{folder}/shop.duckdb'); make_orders(con, 3000)
        con.execute("CREATE TABLE result AS FROM audience.customers('orders', customer_id, order_date, amount)")
        labels = [row[0] for row in con.execute('SELECT DISTINCT lifecycle_stage FROM result ORDER BY 1').fetchall()]
        assert labels == [stage for stage in stages if stage in labels] and len(labels) > 1, labels
        # DuckDB compares an ENUM with a plain string as text; with a value of the ENUM it goes by stage.
        kind = con.execute('SELECT typeof(lifecycle_stage) FROM result LIMIT 1').fetchone()[0]
        later = con.execute(f"SELECT count(*) FROM result WHERE lifecycle_stage >= 'Slipping Away'::{kind}").fetchone()
        assert later == con.execute("SELECT count(*) FROM result WHERE lifecycle_stage IN ('Slipping Away', 'Lost')").fetchone()
        con.execute(f"COPY result TO '{folder}/result.parquet' (FORMAT parquet)")
        frame = con.execute('SELECT lifecycle_stage, importance_tier FROM result').df()
        assert list(frame.lifecycle_stage.cat.categories) == stages
        assert list(frame.importance_tier.cat.categories) == ['One-Time Buyer', 'Loyal', 'Frequent Buyer', 'VIP']
        con.close()
        plain = duckdb.connect(f'{folder}/shop.duckdb')
        assert [row[0] for row in plain.execute('SELECT DISTINCT lifecycle_stage FROM result ORDER BY 1').fetchall()] == labels
        assert plain.execute(f"SELECT DISTINCT typeof(lifecycle_stage) FROM '{folder}/result.parquet'").fetchall() == [('VARCHAR',)]
        """,
        tmp_path,
    )


def test_an_interrupted_query_leaves_the_connection_usable(snippet) -> None:
    snippet("""
        con = connect()
        con.execute('''CREATE TABLE orders AS SELECT i % 400000 AS customer_id, DATE '2022-01-01' + ((i * 7919) % 1000)::INTEGER AS order_date,
                       (i % 90)::DOUBLE AS amount FROM range(3000000) r(i)''')
        con.execute('CREATE TABLE few AS FROM orders WHERE customer_id < 100')
        interrupted = 0
        for delay in (0.02, 0.1, 0.2, 0.4, 0.6, 0.8):
            timer = threading.Timer(delay, con.interrupt); timer.start()
            try: con.execute(QUERY).fetchall()
            except duckdb.InterruptException: interrupted += 1
            timer.join()
            # An interrupt that comes between two queries must not matter either.
            assert con.execute(QUERY.replace("'orders'", "'few'")).fetchone() == (100,)
        assert interrupted > 0
        assert con.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (2,)
        """)


def test_order_lines_can_be_interrupted(snippet) -> None:
    """Also where one call of a function counts the pairs of 2,048 products."""
    snippet("""
        con = connect()
        con.execute('''CREATE TABLE lines AS SELECT i % 4000 AS customer_id, DATE '2024-01-01' + (hash(i, 1) % 360)::INTEGER AS order_date,
                       hash(i, 2) % (1 + hash(i, 3) % 6000) AS product, hash(i, 2) % 40 AS label, (i % 90)::DOUBLE AS amount FROM range(1000000) r(i)''')
        con.execute('CREATE TABLE few AS FROM lines WHERE customer_id < 100 AND product < 100')
        interrupted = 0
        for call in ("product_affinity('lines', customer_id, order_date, product, top := 10)",
                     "recommend('lines', customer_id, order_date, product)",
                     "interests('lines', customer_id, order_date, product, label)",
                     "lookalikes('lines', customer_id, order_date, product, amount, label = 1)"):
            timer = threading.Timer(0.7, con.interrupt); timer.start()
            try: con.execute(f'SELECT count(*) FROM audience.{call}').fetchall()
            except duckdb.InterruptException: interrupted += 1
            timer.join()
            small = call.replace("'lines'", "'few'").replace('label = 1', 'customer_id < 9')
            assert con.execute(f'SELECT count(*) > 0 FROM audience.{small}').fetchone() == (True,), call
        assert interrupted > 0
        """)


def test_order_lines_spill(snippet) -> None:
    """The lines need more memory than there is, and the result is the same."""
    snippet("""
        con = connect()
        con.execute('''CREATE TABLE lines AS SELECT i % 30000 AS customer_id, DATE '2024-01-01' + (hash(i, 1) % 360)::INTEGER AS order_date,
                       'product ' || (hash(i, 2) % (1 + hash(i, 3) % 800)) AS product, hash(i, 2) % 6 AS label FROM range(1500000) r(i)''')
        query = "SELECT count(*), round(sum(probability), 6), sum(hash(reason)) FROM audience.interests('lines', customer_id, order_date, product, label)"
        expected = con.execute(query).fetchone()
        con.execute("SET memory_limit = '150MB'")
        assert con.execute(query).fetchone() == expected
        """)


def test_a_python_exception_between_queries(snippet) -> None:
    """A failing query, then a good one, in and out of a transaction."""
    snippet("""
        con = connect(); make_orders(con, 100)
        fails(con, "FROM audience.rfm('orders', customer_id, order_date, amount, bins := 0)")
        assert count(con) == 100
        con.execute('BEGIN'); fails(con, "FROM audience.rfm('orders', customer_id, order_date, amount, bins := 0)"); con.execute('ROLLBACK')
        assert count(con) == 100
        """)
