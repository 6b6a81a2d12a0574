"""DuckDB's shell with the extension loaded: `python -m audience [shop.duckdb] [options of the shell]`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from audience import get_extension_load_path


def shell() -> str | None:
    """The program in the package duckdb-cli, or else the one that is installed for the whole machine."""
    spec = find_spec("duckdb_cli")
    if spec is not None and spec.origin is not None:
        for name in ("duckdb", "duckdb.exe"):
            program = Path(spec.origin).with_name(name)
            if program.is_file():
                return str(program)
    return shutil.which("duckdb")


def main() -> int:
    program = shell()
    if program is None:
        print("DuckDB's shell is not installed: pip install duckdb-cli", file=sys.stderr)
        return 1
    path = get_extension_load_path().replace("'", "''")
    command = [program, "-unsigned", "-cmd", f"LOAD '{path}'", *sys.argv[1:]]
    if os.name == "posix":
        # The shell takes this process over, so that Ctrl-C ends a query and not the shell.
        sys.stdout.flush()
        os.execv(program, command)
    return subprocess.call(command)


if __name__ == "__main__":
    sys.exit(main())
