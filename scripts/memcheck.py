"""Runs every public function under valgrind's memcheck, in DuckDB's shell.

usage: memcheck.py EXTENSION

Prints what memcheck finds in a call stack that goes through the extension: reads and writes outside of what was allocated,
decisions on values that were never set, and memory that nothing points to any more. Ends with 1 if there is something.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
import duckdb_cli  # noqa: E402
import memory_calls  # noqa: E402

# Valgrind is about fifty times slower than the processor.
SIZES = {"customers": 300, "lines": 3_000, "text": 30}
# Errors leave a callback on another way than results.
WRONG = [
    "FROM audience.customers('orders', customer_id, order_date, 1e308::DOUBLE)",
    "FROM audience.rfm('orders', customer_id, order_date, amount, bins := 11)",
    "FROM audience.interested_in('lines', customer_id, order_date, sku, true, horizon_days := 0)",
    "SELECT __audience_q_value('recommend', 0.5, '\\x01'::BLOB)",
    "SELECT matches('{', texts, DATE '2025-01-01') FROM texts",
]


def script(extension: Path, queries: list[str], result: Path) -> str:
    tables = [f"CREATE TABLE {name} AS {query}" for name, query in memory_calls.tables(**SIZES).items()]
    calls = [f"COPY ({query}) TO '{result}' (FORMAT csv)" for query in queries]
    return ";\n".join([f"LOAD '{extension}'", "SET threads = 2", *tables, *calls]) + ";\n"


def stack(error: xml.Element) -> list[xml.Element]:
    return error.findall("stack/frame")


def is_ours(error: xml.Element, extension: Path) -> bool:
    return any(frame.findtext("obj") == str(extension) for frame in stack(error))


def is_undestroyed(error: xml.Element) -> bool:
    """A leak of what an aggregate's state holds. Where a query fails, DuckDB drops the states of groups without their destructor."""
    return error.findtext("kind") == "Leak_DefinitelyLost" and any("GroupedAggregateHashTable" in frame.findtext("fn", "") for frame in stack(error))


def description(error: xml.Element) -> str:
    title = error.findtext("what") or error.findtext("xwhat/text")
    places = [f"    {frame.findtext('fn', '?')} ({frame.findtext('file', frame.findtext('obj', '?'))}:{frame.findtext('line', '?')})" for frame in stack(error)]
    return "\n".join([f"{error.findtext('kind')}: {title}", *places[:25]])


def findings(extension: Path, queries: list[str]) -> tuple[list[xml.Element], str]:
    """What memcheck finds while the shell runs the queries, and what the shell says of errors."""
    shell = Path(duckdb_cli.__file__).parent / "duckdb"
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "memcheck.xml"
        command = ["valgrind", "--xml=yes", f"--xml-file={report}", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=60", "--error-limit=no"]
        run = subprocess.run([*command, shell, "-unsigned", "-batch"], input=script(extension, queries, Path(folder) / "result.csv"), text=True, capture_output=True)
        return xml.parse(report).getroot().findall("error"), run.stderr


def main(extension: str) -> int:
    extension = Path(extension).resolve()
    with ThreadPoolExecutor(2) as pool:
        (errors, complaints), (after_errors, refusals) = pool.map(lambda queries: findings(extension, queries), [[*memory_calls.CALLS.values()], WRONG])
    refused = refusals.count("audience: ")
    print(complaints[-4000:] if complaints else refusals[-4000:] if refused != len(WRONG) else "", end="")
    undestroyed = [error for error in after_errors if is_undestroyed(error)]
    errors += [error for error in after_errors if not is_undestroyed(error)]
    ours = [error for error in errors if is_ours(error, extension)]
    print(*map(description, ours), sep="\n\n")
    print(
        f"{len(memory_calls.CALLS)} functions, {refused} of {len(WRONG)} errors: {len(ours)} findings in the extension, "
        f"{len(errors) - len(ours)} elsewhere, {len(undestroyed)} states that DuckDB did not destroy after an error"
    )
    return 1 if ours or complaints or refused != len(WRONG) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
