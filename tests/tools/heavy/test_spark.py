"""`audience.spark` beside the SQL functions: every row, bit for bit."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import support
from page import blocks

CASES = Path(__file__).parents[1] / "spark_cases.py"
# Imported by each Python at its start. A worker kills itself as it begins its 3rd, 8th, … task, of all workers together.
DYING = """
import os, sys
if "pyspark.daemon" in sys.orig_argv:
    import audience
    connect = audience.connect
    def dying(*given, **settings):
        with open(os.environ["TASKS"], "a+") as tasks:
            tasks.write("x")
            tasks.flush()
            if tasks.tell() % 5 == 3:
                os.kill(os.getpid(), 9)
        return connect(*given, **settings)
    audience.connect = dying
"""


@pytest.fixture(autouse=True)
def java() -> None:
    if shutil.which("java") is None:
        pytest.skip("no Java: apt-get install openjdk-17-jre-headless")


@pytest.mark.parametrize("case", ["rows", "intent", "exported", "mistakes", "connect"])
def test_rows_are_those_of_sql(run: Callable[..., str], case: str) -> None:
    run("spark", "python", CASES, case, support.ROOT / "build/testdata/cdnow_orders.csv", timeout=1200)


def test_killed_workers_change_nothing(run: Callable[..., str], package: Path, tmp_path: Path) -> None:
    (tmp_path / "start").mkdir()
    (tmp_path / "start/sitecustomize.py").write_text(DYING)
    tasks = tmp_path / "tasks"
    run("spark", "python", CASES, "killed", timeout=1200, TASKS=str(tasks), PYTHONPATH=f"{tmp_path / 'start'}:{package}")
    assert tasks.stat().st_size > 30


@pytest.mark.parametrize("python, said", {
    "no such python": "Cannot run program \"no such python\"",
    sys.executable: "No module named 'pyarrow'",
    "python3": "No module named 'audience'",
}.items())  # fmt: skip
def test_a_worker_that_lacks_something_is_told(run: Callable[..., str], package: Path, python: str, said: str) -> None:
    """The driver alone finds the package."""
    begin = f"import sys; sys.path.insert(0, {str(package)!r}); sys.argv[1:] = ['lacking']; import runpy; runpy.run_path({str(CASES)!r}, run_name='__main__')"
    out = run("spark", "python", "-c", begin, timeout=600, PYSPARK_PYTHON=python, PYTHONPATH="")
    assert "audience: every Python worker of Spark needs the driver's version of Python" in out and said in out


def test_the_page(run: Callable[..., str]) -> None:
    shown = "\n".join(blocks("On Spark", "python", support.ROOT / "docs/scale.md"))
    start = "from pyspark.sql import SparkSession\nimport audience\nspark = SparkSession.builder.master('local[2]').getOrCreate()\n"
    tables = "".join(
        f"audience.connect().sql(\"COPY (FROM audience.demo_{name}()) TO '{name}.parquet'\")\nspark.read.parquet('{name}.parquet').createOrReplaceTempView('{name}')\n"
        for name in ("orders", "lines")
    )
    out = run("spark", "python", "-c", start + tables + shown, timeout=600)
    assert "Slipping Away" in out and "within 60 days" in out, out
