"""No function ends its host when memory is scarce: it gives its result or an error, and the connection stays of use.

Every public function is called under every limit, each function in a process of its own. The outcomes are written to
build/memory-matrix-VERSION.txt.
"""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import memory_calls
import pytest
import support

# See memory_calls.py. The address space comes first, because what a process once had it keeps; spilling comes last.
LIMITS = [*(["60+", "120+"] if sys.platform == "linux" else []), "150-", "40-", "300", "80", "20"]
GOOD = {"ok", "oom", "refused"}
# How DuckDB before 1.5 ends the process by itself, where the operating system gives it nothing: it allocates where it destroys
# the states of a GROUP BY (GroupedAggregateHashTable), in a destructor, and C++ ends the process when a destructor throws. An
# extension has no part in it; it cannot throw this. So the call is made again, and a death every time is one after all.
DESTRUCTOR = "terminate called after throwing an instance of 'duckdb::OutOfMemoryException'"
TRIES = 3

PUBLIC = """
    SELECT DISTINCT if(database_name = 'audience', 'audience.', '') || function_name AS name
    FROM duckdb_functions()
    WHERE NOT starts_with(function_name, '__') AND (database_name, function_name) NOT IN (FROM before)"""


def test_every_public_function_has_a_call(extension_path: Path) -> None:
    with support.open_database() as con:
        con.execute("CREATE TABLE before AS SELECT DISTINCT database_name, function_name FROM duckdb_functions()")
        support.load(con)
        assert sorted(memory_calls.CALLS) == sorted(name for (name,) in con.execute(PUBLIC).fetchall())


def outcomes(function: str, database: Path, folder: Path) -> dict[str, str]:
    """The outcomes by limit. After a death the remaining limits are tried in another process."""
    found: dict[str, str] = {}
    tries = 1
    while limits := LIMITS[len(found) :]:
        process = subprocess.run(
            [sys.executable, memory_calls.__file__, str(database), str(folder / function), function, *limits],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=300,
        )
        for line in process.stdout.splitlines():
            limit, _, outcome = line.partition(" ")
            if outcome:
                found[limit] = outcome
        died_at = LIMITS[len(found)] if process.returncode else ""
        is_duckdbs_own = duckdb.__version__ < "1.5" and died_at.endswith("+") and DESTRUCTOR in process.stderr
        if is_duckdbs_own and tries < TRIES:
            tries += 1
        elif process.returncode:
            end = f"died of {signal.Signals(-process.returncode).name}" if process.returncode < 0 else "failed"
            found[died_at] = f"{end}: {process.stderr.strip()}"
    return found


def table(matrix: dict[str, dict[str, str]]) -> str:
    width = max(map(len, matrix))
    lines = [["function".ljust(width), *(limit.rjust(7) for limit in LIMITS)]]
    for function, found in matrix.items():
        shown = [outcome if outcome in GOOD else outcome.split(":")[0].removeprefix("died of ") for outcome in found.values()]
        lines.append([function.ljust(width), *(text.rjust(7) for text in shown)])
    return "\n".join(" ".join(line) for line in lines) + "\n"


def test_no_function_ends_its_host(extension_path: Path, duckdb_version: str, tmp_path: Path) -> None:
    database = tmp_path / "shop.duckdb"
    memory_calls.make_tables(database)
    with ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda function: outcomes(function, database, tmp_path / "spilled"), memory_calls.CALLS)
        matrix = dict(zip(memory_calls.CALLS, found))
    text = table(matrix)
    print(text)
    (support.ROOT / f"build/memory-matrix-{duckdb_version}.txt").write_text(text)
    bad = [f"{function} at {limit} MB: {outcome}" for function, found in matrix.items() for limit, outcome in found.items() if outcome not in GOOD]
    assert not bad, "\n".join(bad)
    assert {"ok", "oom"} <= {outcome for found in matrix.values() for outcome in found.values()}, "the limits do not bite"


REFUSED = {
    "recommend": "recommend('lines', customer_id, order_date, product)",
    "product_affinity": "product_affinity('lines', customer_id, order_date, product)",
    "interests": "interests('lines', customer_id, order_date, product, label)",
    "lookalikes": "lookalikes('lines', customer_id, order_date, product, amount, label = 1)",
    "lifecycle_history": "lifecycle_history('lines', customer_id, order_date, amount)",
    "period_models_part": "period_models_part('lines', customer_id, order_date, amount, since := DATE '2024-01-01', until := DATE '2025-06-30')",
    "overview": "overview('lines', customer_id, order_date, amount)",
    "value_risk": "value_risk('lines', customer_id, order_date, amount)",
    "won_back": "won_back('lines', customer_id, order_date, amount)",
    "audience_history": "audience_history('lines', customer_id, order_date, amount, 'definitions')",
}


@pytest.mark.parametrize("function", REFUSED)
def test_what_would_be_held_is_counted_before(con, function: str) -> None:
    """600,000 lines are more than half of 20 MB in memory that DuckDB does not count."""
    con.execute("""
        CREATE TABLE definitions AS SELECT 'VIP' AS name, '{"column": "importance_tier", "=": "VIP"}' AS definition;
        CREATE TABLE lines AS SELECT i % 20_000 AS customer_id, DATE '2023-01-01' + (hash(i, 1) % 900)::INTEGER AS order_date,
            hash(i, 2) % 300 AS product, hash(i, 2) % 6 AS label, 5.0 AS amount FROM range(600_000) r(i)""")
    query = f"SELECT count(*) FROM audience.{REFUSED[function]}"
    con.execute("SET threads = 1; SET memory_limit = '20MB'")
    with pytest.raises(duckdb.InvalidInputException, match=rf"audience: {function}: filter must leave fewer .* memory_limit \(19.0 MiB\)"):
        con.execute(query).fetchall()
    # Not RESET: before DuckDB 2.0 the buffers keep the old limit.
    con.execute("SET memory_limit = '1GB'")
    assert con.execute(f"{query.removesuffix(')')}, filter := customer_id < 4000)").fetchone()[0] > 0


def test_counts_of_labels_are_bounded(con) -> None:
    con.execute("CREATE TABLE lines AS SELECT i % 9 AS customer_id, DATE '2023-01-01' AS order_date, i AS product, i % 900 AS label FROM range(5000) r(i)")
    con.execute("SET memory_limit = '60MB'")
    with pytest.raises(duckdb.InvalidInputException, match="audience: interests: label must have fewer values, .* 5000 products and 900 labels"):
        con.execute("FROM audience.interests('lines', customer_id, order_date, product, label)").fetchall()


@pytest.mark.parametrize("limit", ["500KB", "143MB", "20GB", "3TB", "-1"])
def test_the_limit_is_understood(con, limit: str) -> None:
    con.execute(f"SET memory_limit = '{limit}'")
    ((text, size),) = con.execute("SELECT current_setting('memory_limit'), audience.internal.__memory_limit()").fetchall()
    wanted = {"KB": 1e3, "MB": 1e6, "GB": 1e9, "TB": 1e12}.get(limit[-2:])
    assert size == pytest.approx(float(limit[:-2]) * wanted, rel=0.02) if wanted else size > 1e18, text
