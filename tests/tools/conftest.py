"""docs/tools.md and examples/, each in an environment that has the tool: build/venv/NAME, of requirements-NAME.txt."""

import os
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).parents[1])]
import support  # noqa: E402


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python package in a folder, which leaves the environments alone."""
    folder = tmp_path_factory.mktemp("package")
    zipfile.ZipFile(support.wheel()).extractall(folder)
    return folder


@pytest.fixture
def run(package: Path, tmp_path: Path) -> Callable[..., str]:
    """Runs a program of an environment in an empty folder with an empty home, and returns what it prints."""

    def program(environment: str, *command: str | Path, cwd: Path = tmp_path, timeout: float = 300, **variables: str) -> str:
        bin = support.ROOT / "build/venv" / environment / "bin"
        assert bin.is_dir(), f"{bin} does not exist: run `make test-tools`"
        home = tmp_path / "home"
        home.mkdir(exist_ok=True)
        clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
        clean |= {
            "PATH": f"{bin}:{os.environ['PATH']}",
            "HOME": str(home),
            "PYTHONPATH": str(package),
            "AUDIENCE_EXTENSION": str(package / "audience/audience.duckdb_extension"),
        }
        ran = subprocess.run(
            [str(bin / command[0]), *map(str, command[1:])],
            cwd=cwd, env=clean | variables, capture_output=True, text=True, timeout=timeout,
        )  # fmt: skip
        assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
        return ran.stdout

    return program
