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


@pytest.fixture(scope="session")
def extension_path() -> Path:
    if not support.EXTENSION.exists():
        pytest.exit(f"{support.EXTENSION} does not exist: run `make release`", returncode=2)
    return support.EXTENSION


@pytest.fixture(scope="session")
def duckdb_version() -> str:
    return duckdb.__version__


@pytest.fixture
def con(extension_path: Path):
    with support.connect() as connection:
        yield connection


def isolated(code: str, *arguments: str, timeout: float = 120) -> str:
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
