"""Run a script of SQL with the extension loaded: in DuckDB's shell, or printed by Python where no shell is installed.

usage: demo.py SCRIPT EXTENSION ORDERS_CSV
"""

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

WIDTH = 120


def shell() -> Path | None:
    """The binary inside the package duckdb-cli; its own launcher would pass options of its own."""
    spec = find_spec("duckdb_cli")
    if spec is None or spec.origin is None:
        return None
    binaries = [Path(spec.origin).parent / name for name in ("duckdb", "duckdb.exe")]
    return next((binary for binary in binaries if binary.is_file()), None)


def prelude(extension: Path, orders: Path) -> list[str]:
    return [f"LOAD '{extension}'", f"SET VARIABLE orders_file = '{orders}'"]


def run_in_shell(binary: Path, script: Path, setup: list[str]) -> int:
    settings = [".mode duckbox", f".maxwidth {WIDTH}", ".maxrows 100", ".nullvalue ''", ".thousand_sep ,", ".large_number_rendering off"]
    commands = [f"{statement};" for statement in setup] + settings
    options = [option for command in commands for option in ("-cmd", command)]
    with script.open() as file:
        # -init: the user's own settings must not change what the demo looks like.
        return subprocess.run([binary, "-unsigned", "-bail", "-init", "/dev/null", *options], stdin=file).returncode


def run_in_python(script: Path, setup: list[str]) -> int:
    import duckdb

    con = duckdb.connect(config={"allow_unsigned_extensions": True})
    for statement in setup:
        con.execute(statement)
    pending = ""
    for line in script.read_text().splitlines():
        if line.startswith(".print"):
            print(line.removeprefix(".print").strip())
        elif not line.startswith(("--", ".")):
            pending += line + "\n"
        if line.endswith(";"):
            relation = con.sql(pending)
            if relation is not None and "CREATE TABLE" not in pending:
                relation.show(max_width=WIDTH, max_rows=100, null_value="")
            pending = ""
    return 0


def main() -> int:
    script, extension, orders = (Path(argument).resolve() for argument in sys.argv[1:])
    setup = prelude(extension, orders)
    binary = shell()
    return run_in_shell(binary, script, setup) if binary else run_in_python(script, setup)


if __name__ == "__main__":
    sys.exit(main())
