"""Fixtures of the SQL-level tests; each suite run belongs to one DuckDB version."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import support


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "once: long, and of what no version of DuckDB decides; only the newest runs it in `make test`")


@pytest.fixture(scope="session")
def extension_path() -> Path:
    if not support.EXTENSION.exists():
        pytest.exit(f"{support.EXTENSION} does not exist: run `make release`", returncode=2)
    return support.EXTENSION


@pytest.fixture(scope="session")
def duckdb_version() -> str:
    return duckdb.__version__


class Instance:
    """A DuckDB that the tests of a process share, because LOAD takes longer than most of them."""

    def __init__(self) -> None:
        self.root = support.connect()
        self.databases = 0
        self.state = self.seen()

    def seen(self) -> tuple:
        """What all connections share."""
        settings = "SELECT name, value FROM duckdb_settings() ORDER BY name"
        return self.root.execute(settings).fetchall(), self.root.execute("SELECT count(*) FROM duckdb_databases()").fetchone()

    def connect(self) -> duckdb.DuckDBPyConnection:
        self.databases += 1
        self.root.execute(f"ATTACH ':memory:' AS shop_{self.databases}")
        connection = self.root.cursor()
        connection.execute(f"USE shop_{self.databases}")
        return connection

    def is_as_before(self) -> bool:
        self.root.execute(f"DETACH shop_{self.databases}")
        return self.seen() == self.state


INSTANCES: list[Instance] = []


@pytest.fixture
def own_con(extension_path: Path):
    """Alone in its DuckDB, whose first database is its own: for tests that open further connections to it, or name it."""
    with support.connect() as connection:
        yield connection


@pytest.fixture
def con(extension_path: Path):
    """A database of its own. A test that sets or attaches something is the last one of its DuckDB."""
    if not INSTANCES:
        INSTANCES.append(Instance())
    with INSTANCES[0].connect() as connection:
        yield connection
    try:
        is_as_before = INSTANCES[0].is_as_before()
    except duckdb.Error:
        is_as_before = False
    if not is_as_before:
        INSTANCES.pop().root.close()


def isolated(code: str, *arguments: str, timeout: float = 300) -> str:
    """Run a snippet in its own Python process and return what it prints.

    A crash of the host is what these tests look for, so a signal fails the test and not the test run.
    """
    process = subprocess.run(
        [sys.executable, "-X", "faulthandler", "-c", textwrap.dedent(code), *map(str, arguments)],
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parent)},
        capture_output=True,
        text=True,
        timeout=timeout,
    )
    if process.returncode < 0:
        pytest.fail(f"the process died of signal {-process.returncode}\n{process.stdout}{process.stderr}", pytrace=False)
    if process.returncode > 0:
        pytest.fail(f"the process failed\n{process.stdout}{process.stderr}", pytrace=False)
    return process.stdout


@pytest.fixture
def run_isolated(extension_path: Path) -> Callable[..., str]:
    return isolated
