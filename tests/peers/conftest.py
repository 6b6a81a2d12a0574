"""These tests run once, in the environment that holds the peers."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import support  # noqa: E402


@pytest.fixture(scope="session")
def extension_path() -> Path:
    return support.EXTENSION


@pytest.fixture
def con():
    with support.connect() as connection:
        yield connection
