"""The Python package, installed from its wheel into an environment that has nothing else, with this version of DuckDB."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

import support


@pytest.fixture(scope="session")
def wheel() -> Path:
    return support.wheel()


@pytest.fixture(scope="session")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of that environment. Its path has a quote, which SQL must survive."""
    home = tmp_path_factory.mktemp("environment") / "it's clean"
    subprocess.run([sys.executable, "-m", "venv", home], check=True)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel, f"duckdb=={duckdb.__version__}"]
    subprocess.run(install, check=True)
    return python


def run(python: Path, *arguments: str | Path, path: Path | None = None, **environment: str) -> subprocess.CompletedProcess:
    """Without what this test run has put into the environment, and with `path` as the only place for programs."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "AUDIENCE"))}
    clean |= {"PATH": str(path or "")} | environment
    return subprocess.run([python, *arguments], env=clean, capture_output=True, text=True, timeout=120)


def check(python: Path, code: str, *arguments: str | Path) -> None:
    ran = run(python, "-c", "import audience, duckdb, sys\n" + code, *arguments)
    assert ran.returncode == 0, ran.stderr


SEGMENTS = "FROM audience.customers('orders', customer_id, order_date, amount)"


def test_connect_gives_a_connection_with_everything_loaded(python: Path) -> None:
    check(python, f"""
con = audience.connect()
con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 50)")
assert len(con.sql("{SEGMENTS}").fetchall()) == 50
""")


def test_the_version_is_the_extensions(python: Path) -> None:
    check(python, """
con = audience.connect()
loaded = con.sql("SELECT extension_version FROM duckdb_extensions() WHERE extension_name = 'audience'")
assert loaded.fetchall() == [("v" + audience.__version__,)], audience.__version__
""")


def test_customers_in_parts_are_those_of_one_call(python: Path, tmp_path: Path) -> None:
    """Also after interruptions, and where a part has no customer."""
    check(python, """
import os
from pathlib import Path
con = audience.connect()
con.execute("CREATE TABLE sales AS SELECT customer_id AS who, order_date AS day, amount AS paid, status, country FROM audience.demo_orders(customers := 300)")
folder = Path(sys.argv[1])

def same(rows, arguments):
    con.execute("CREATE OR REPLACE TABLE got AS FROM rows")
    con.execute(f"CREATE OR REPLACE TABLE expected AS FROM audience.customers('sales', who, day, paid, labels := 'text'{arguments})")
    different, = con.execute("SELECT count(*) FROM ((FROM got EXCEPT ALL FROM expected) UNION ALL (FROM expected EXCEPT ALL FROM got))").fetchone()
    return different == 0 and con.execute("SELECT count(*) FROM got").fetchone()[0] > 200

call = dict(orders="sales", customer_id="who", order_date="day", amount="paid")
assert same(audience.customers_in_parts(con, **call, folder=folder / "plain", parts=5), "")
assert not (folder / "plain/orders").exists() and len(list((folder / "plain").glob("customers_*"))) == 5
assert same(audience.customers_in_parts(con, **call, folder=folder / "many", parts=1000), "")

options = dict(as_of="2025-06-30", filter="status = 'completed'", peer_group="country", horizon_days=90, season=False, just_ordered_days=10, value_days=90, discount_rate=0.2, value="paid - 5")
text = ", as_of := '2025-06-30', filter := status = 'completed', peer_group := country, horizon_days := 90, season := false, just_ordered_days := 10, value_days := 90, discount_rate := 0.2, value := paid - 5"

class Interrupted(Exception):
    pass

class Fragile:
    left = 0
    def __getattr__(self, name):
        return getattr(con, name)
    def execute(self, sql):
        if sql.startswith("COPY"):
            Fragile.left -= 1
            if Fragile.left < 0:
                raise Interrupted
        return con.execute(sql)

# 1 for the split, 4 for the histories, 1 for the shop, 4 for the customers: each call gets further by three.
for attempt in range(4):
    Fragile.left = 3
    try:
        rows = audience.customers_in_parts(Fragile(), **call, folder=folder / "halting", parts=4, **options)
    except Interrupted:
        assert attempt < 3
assert attempt == 3 and same(rows, text)

for wrong, said in {
    "parts=0": "parts must be a whole number from 1 to 10000, got 0",
    "parts='5'": "parts must be a whole number from 1 to 10000, got '5'",
    "parts=3": "folder must be empty or hold the files of the same call",
    "parts=5, filter='false'": "folder must be empty",
}.items():
    try:
        eval(f"audience.customers_in_parts(con, **call, folder=folder / 'plain', {wrong})")
    except ValueError as error:
        assert said in str(error), error
    else:
        raise AssertionError(wrong)
# What was a mistake does not keep the folder.
for wrong in ({"filter": "false"}, {"amount": "day"}, {"amount": "no_such_column"}):
    try:
        audience.customers_in_parts(con, **call | wrong, folder=folder / "mistaken", parts=2)
    except (ValueError, duckdb.Error) as error:
        assert "filter must leave an order" in str(error) or "amount must be a number" in str(error) or "no_such_column" in str(error), error
    else:
        raise AssertionError(wrong)
assert same(audience.customers_in_parts(con, **call, folder=folder / "mistaken", parts=2), "")
""", tmp_path)


def test_what_spark_needs_is_said(python: Path) -> None:
    """That it works is in tests/tools/heavy, because PySpark is large."""
    ran = run(python, "-c", "import audience.spark")
    assert ran.stderr.strip().splitlines()[-1].startswith("ImportError: audience.spark needs PySpark and pyarrow: pip install 'duckdb-audience[spark]'")


def test_the_report_is_shown_and_saved(python: Path, tmp_path: Path) -> None:
    """By the SQL function of the same name, whose options it takes."""
    check(python, """
from pathlib import Path
con = audience.connect(sys.argv[1])
con.execute("CREATE TABLE orders AS SELECT customer_id AS who, order_date, amount, country FROM audience.demo_orders(customers := 50)")
page = audience.report(con, "orders", "who", title="Tom's <shop>", as_of="2025-06-30", filter="country <> 'DK'", customers=0)
assert "<h1>Tom&#39;s &#60;shop&#62;</h1>" in page.html and "As of 30 June 2025" in page.html
assert 'id="slipping"' not in page.html and 'id="slipping"' in audience.report(con, "orders", "who").html
file = page.save(Path(sys.argv[1]).with_suffix(".html"))
assert file.read_text(encoding="utf-8") == page.html
shown = page._repr_html_()
assert shown.startswith("<iframe") and "sandbox" in shown and shown.count("<") == 2
for wrong in (dict(title=""), dict(customers=-1), dict(currency="EUR", filter="no_such_column")):
    try:
        audience.report(con, "orders", "who", **wrong)
    except duckdb.Error as error:
        assert "report" in str(error) or "no_such_column" in str(error), error
    else:
        raise AssertionError(wrong)
""", tmp_path / "shop.duckdb")


def test_settings_of_the_user_are_kept(python: Path) -> None:
    check(python, """
con = audience.connect(config={"threads": 3, "default_order": "DESC"}, threads=2)
assert con.sql("SELECT current_setting('threads'), current_setting('default_order')").fetchall() == [(2, "DESC")]
try:
    audience.connect(no_such_setting=1)
except duckdb.Error as error:
    assert "no_such_setting" in str(error)
else:
    raise AssertionError("an unknown setting was taken")
""")


def test_a_read_only_file_and_a_second_load(python: Path, tmp_path: Path) -> None:
    check(python, f"""
from pathlib import Path
shop = Path(sys.argv[1])
with audience.connect(shop) as con:
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 50)")
    assert audience.load(con) is con
with audience.connect(shop, read_only=True) as con:
    audience.load(audience.load(con))
    assert len(con.sql("{SEGMENTS}").fetchall()) == 50
    assert len(con.cursor().execute("{SEGMENTS}").fetchall()) == 50
with duckdb.connect(str(shop)) as con:
    assert con.sql("SELECT table_name FROM duckdb_tables()").fetchall() == [("orders",)]
""", tmp_path / "shop.duckdb")


@pytest.mark.parametrize("file", ["shop.duckdb", 'the "2024" shop, new.duckdb', "audience.duckdb"])
def test_without_the_prefix(python: Path, tmp_path: Path, file: str) -> None:
    """What the user makes still goes to the user's database, also where it has the extension's name."""
    check(python, """
with audience.connect(sys.argv[1], prefix=False) as con:
    con.execute("CREATE TABLE orders AS FROM demo_orders(customers := 50)")
    assert len(con.sql("FROM lifecycle_stage('orders', customer_id, order_date)").fetchall()) == 50
    audience.load(con, prefix=False)
    assert len(con.sql("FROM lifecycle_stage('orders', customer_id, order_date)").fetchall()) == 50
with duckdb.connect(sys.argv[1]) as con:
    assert con.sql("SELECT table_name FROM duckdb_tables()").fetchall() == [("orders",)]
""", tmp_path / file)


def test_a_connection_that_does_not_allow_it_is_told_how(python: Path, tmp_path: Path) -> None:
    check(python, """
for refused in (lambda: audience.load(duckdb.connect()), lambda: audience.connect(sys.argv[1], allow_unsigned_extensions=False)):
    try:
        refused()
    except PermissionError as error:
        assert "audience.connect(path)" in str(error) and "allow_unsigned_extensions" in str(error)
        assert ". " not in str(error), "more than one sentence"
    else:
        raise AssertionError("the extension was loaded")
# Nothing was left open.
audience.connect(sys.argv[1]).close()
""", tmp_path / "shop.duckdb")


def test_another_error_is_duckdbs(python: Path) -> None:
    check(python, """
con = audience.connect(enable_external_access=True)
other = duckdb.connect(config={"allow_unsigned_extensions": True})
other.execute("SET enable_external_access = false")
try:
    audience.load(other)
except duckdb.PermissionException:
    pass
else:
    raise AssertionError("the extension was loaded")
""")


def test_the_file_for_tools_that_load_it_themselves(python: Path) -> None:
    check(python, """
assert audience.extension_path().is_file() and audience.get_extension_load_path() == str(audience.extension_path())
con = duckdb.connect(config={"allow_unsigned_extensions": True})
con.execute("LOAD '" + audience.get_extension_load_path().replace("'", "''") + "'")
assert con.sql("FROM audience.demo_orders(customers := 5)").fetchall()
""")


def test_duckdb_is_the_only_dependency(python: Path) -> None:
    listed = run(python, "-m", "pip", "list", "--format", "freeze")
    names = {line.split("==")[0] for line in listed.stdout.splitlines()}
    assert names - {"pip", "setuptools", "wheel"} == {"duckdb", "duckdb-audience"}


def test_the_wheel_has_a_platform_and_the_licences(wheel: Path) -> None:
    assert wheel.stem.split("-")[2:4] == ["py3", "none"]
    assert "-any" not in wheel.stem and "-linux_" not in wheel.stem
    wanted = {"__init__.py", "__main__.py", "_parts.py", "_report.py", "_spark.py", "_spark_intent.py", "_spark_worker.py", "spark.py", "py.typed", "audience.duckdb_extension", "LICENSE", "NOTICE"}
    assert {path.name for path in zipfile.Path(wheel, "audience/").iterdir()} == wanted


def duckdb_cli() -> Path:
    found = list((support.ROOT / "build/venv/shell").glob("**/site-packages/duckdb_cli"))
    if not found:
        pytest.skip("no DuckDB shell for this platform")
    return found[0]


def test_the_shell_on_the_path(python: Path, tmp_path: Path) -> None:
    shop = tmp_path / "shop.duckdb"
    made = run(python, "-m", "audience", shop, "-c", "CREATE TABLE orders AS FROM audience.demo_orders(customers := 50)", path=duckdb_cli())
    assert made.returncode == 0, made.stderr
    shown = run(python, "-m", "audience", shop, "-csv", "-c", f"SELECT count(*) AS customers {SEGMENTS}", path=duckdb_cli())
    assert shown.returncode == 0, shown.stderr
    assert shown.stdout.split()[-2:] == ["customers", "50"]


def test_the_shell_in_the_package_duckdb_cli(python: Path, tmp_path: Path) -> None:
    (tmp_path / "duckdb_cli").symlink_to(duckdb_cli())
    ran = run(python, "-m", "audience", "-csv", "-c", "SELECT count(*) > 0 AS orders FROM audience.demo_orders()", PYTHONPATH=str(tmp_path))
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split()[-2:] == ["orders", "true"]


def test_a_missing_shell_is_said(python: Path) -> None:
    ran = run(python, "-m", "audience")
    assert ran.returncode == 1 and ran.stderr == "DuckDB's shell is not installed: pip install duckdb-cli\n"
