"""Runs every public function under valgrind's memcheck, in DuckDB's shell.

usage: memcheck.py EXTENSION

Prints what memcheck finds in a call stack that goes through the extension: reads and writes outside of what was allocated,
decisions on values that were never set, and memory that nothing points to any more. Ends with 1 if there is something.
"""

import subprocess
import sys
import tempfile
import xml.etree.ElementTree as xml
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


def script(extension: Path) -> str:
    tables = [f"CREATE TABLE {name} AS {query}" for name, query in memory_calls.tables(**SIZES).items()]
    calls = [f"COPY ({query}) TO '/dev/null' (FORMAT csv)" for query in (*memory_calls.CALLS.values(), *WRONG)]
    return ";\n".join([f"LOAD '{extension}'", "SET threads = 2", *tables, *calls]) + ";\n"


def stack(error: xml.Element) -> list[xml.Element]:
    return error.findall("stack/frame")


def is_ours(error: xml.Element, extension: Path) -> bool:
    return any(frame.findtext("obj") == str(extension) for frame in stack(error))


def description(error: xml.Element) -> str:
    title = error.findtext("what") or error.findtext("xwhat/text")
    places = [f"    {frame.findtext('fn', '?')} ({frame.findtext('file', frame.findtext('obj', '?'))}:{frame.findtext('line', '?')})" for frame in stack(error)]
    return "\n".join([f"{error.findtext('kind')}: {title}", *places[:25]])


def main(extension: str) -> int:
    shell = Path(duckdb_cli.__file__).parent / "duckdb"
    extension = Path(extension).resolve()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "memcheck.xml"
        command = ["valgrind", "--xml=yes", f"--xml-file={report}", "--leak-check=full", "--show-leak-kinds=definite", "--num-callers=60", "--error-limit=no"]
        run = subprocess.run([*command, shell, "-unsigned", "-batch"], input=script(extension), text=True, capture_output=True)
        errors = xml.parse(report).getroot().findall("error")
    refused = run.stderr.count("audience: ")
    print(run.stderr[-4000:] if refused != len(WRONG) else "", end="")
    ours = [error for error in errors if is_ours(error, extension)]
    print(*map(description, ours), sep="\n\n")
    print(f"{len(memory_calls.CALLS)} functions, {refused} of {len(WRONG)} errors: {len(ours)} findings in the extension, {len(errors) - len(ours)} elsewhere")
    return 1 if ours or refused != len(WRONG) else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
