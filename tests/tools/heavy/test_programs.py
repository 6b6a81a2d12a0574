"""Projects in other languages, and SQLMesh."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

import support
from page import blocks

EXAMPLES = support.ROOT / "examples"
NODE = support.ROOT / "build/venv/node"


def test_sqlmesh(run: Callable[..., str], tmp_path: Path) -> None:
    project = shutil.copytree(EXAMPLES / "sqlmesh", tmp_path / "sqlmesh", ignore=shutil.ignore_patterns(".cache", "*.duckdb", "logs"))
    plan = run("sqlmesh", "sqlmesh", "plan", "--auto-apply", "--no-prompts", cwd=project)
    assert "audits passed 2" in plan, plan
    stages = run("sqlmesh", "sqlmesh", "fetchdf", "SELECT DISTINCT lifecycle_stage FROM marketing.customers", cwd=project)
    assert "Slipping Away" in stages
    files = "\n".join(path.read_text() for path in [EXAMPLES / "sqlmesh/config.py", EXAMPLES / "sqlmesh/models/customers.sql"])
    assert all(block.strip() in files for language in ("python", "jinja") for block in blocks("SQLMesh", language))


def program(command: list[str | Path], package: Path, cwd: Path, **variables: str) -> str:
    environment = os.environ | {"AUDIENCE_EXTENSION": str(package / "audience/audience.duckdb_extension")} | variables
    ran = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=1800)
    assert ran.returncode == 0, f"{ran.stdout}\n{ran.stderr}"
    return ran.stdout


def test_node(package: Path, tmp_path: Path) -> None:
    """The modules stand beside a copy of the script, as `npm install` puts them."""
    shutil.copy(EXAMPLES / "node/shop.mjs", tmp_path)
    (tmp_path / "node_modules").symlink_to(NODE / "node_modules")
    assert "Slipping Away" in program(["node", "shop.mjs"], package, tmp_path)
    assert blocks("Node", "js")[0].strip() in (EXAMPLES / "node/shop.mjs").read_text()


def test_rust(package: Path) -> None:
    """It links the library of DuckDB that the package for Node brings."""
    library = next((NODE / "node_modules/@duckdb").glob("node-bindings-*/libduckdb.so"), None)
    if library is None:
        pytest.skip("the package for Node has no library for this platform")
    target = {"CARGO_TARGET_DIR": str(support.ROOT / "target/examples-rust"), "DUCKDB_LIB_DIR": str(library.parent), "LD_LIBRARY_PATH": str(library.parent)}
    extension = str(package / "audience/audience.duckdb_extension")
    out = program(["cargo", "run", "--locked", "--quiet", "--", extension], package, EXAMPLES / "rust", **target)
    assert "Slipping Away" in out
    assert blocks("Rust", "rust")[0].strip() in (EXAMPLES / "rust/src/main.rs").read_text()
