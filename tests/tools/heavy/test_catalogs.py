"""Catalogs of others that DuckDB writes to: DuckLake and Postgres."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import support
from page import blocks

PACKAGES = support.ROOT / "build/venv/catalogs/lib"


@pytest.fixture(autouse=True)
def installed(tmp_path: Path) -> None:
    """DuckDB's extensions where INSTALL would have put them, so that ATTACH loads them."""
    for file in PACKAGES.glob("python*/site-packages/duckdb_extension_*/extensions/*/*.duckdb_extension"):
        folder = tmp_path / "home/.duckdb/extensions" / file.parent.name / "linux_amd64"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / file.name).symlink_to(file)


def test_ducklake(run: Callable[..., str]) -> None:
    assert "Slipping Away" in run("catalogs", "python", "-c", "\n".join(blocks("DuckLake", "python")))


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A server of its own that listens on a socket in this folder and nowhere else."""
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))
    if not programs:
        pytest.skip("no Postgres: apt-get install postgresql")
    folder = Path("/tmp") / tmp_path_factory.mktemp("postgres").name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o777)
    # Postgres does not run as root.
    user = "postgres" if os.getuid() == 0 else None
    if user:
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)

    def control(*arguments: str) -> None:
        subprocess.run([programs[-1], "-D", folder / "data", "-s", *arguments], user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    control("initdb", "-o", "--username=shop --auth=trust")
    control("start", "-w", "-o", f"-k {folder} -c listen_addresses=''")
    yield folder
    control("stop", "-m", "immediate")
    shutil.rmtree(folder)


def test_postgres(run: Callable[..., str], server: Path) -> None:
    out = run("catalogs", "python", "-c", "\n".join(blocks("Postgres", "python")), PGHOST=str(server), PGUSER="shop", PGDATABASE="postgres")
    assert "Slipping Away" in out


# The rows of Postgres beside those of the extension; the largest difference of a probability, and how many rows differ.
IN_POSTGRES = """
import audience
con = audience.connect()
con.execute("ATTACH '' AS shop (TYPE postgres)")
con.execute("CREATE TABLE shop.sold AS SELECT customer_id AS buyer, order_date AS day FROM audience.demo_orders(customers := 3000)")
# A customer with two thousand days: a power of e that a DOUBLE cannot hold.
con.execute("INSERT INTO shop.sold SELECT -1, DATE '2012-01-01' + i::INTEGER FROM range(2000) r(i)")
con.execute("CREATE TABLE saved AS SELECT * REPLACE (struct_pack(r, alpha, a, b, typical_gap_days, order_value) AS model) "
            "FROM audience.purchase_model('shop.sold', buyer, day, as_of := DATE '2025-06-30')")
sql, = con.execute("SELECT lifecycle_sql(model, DATE '2025-06-30', 'postgres', 'sold', 'buyer', 'day') FROM saved").fetchone()
con.execute("CREATE TABLE theirs AS FROM postgres_query('shop', ?)", [sql])
print(*con.execute('''
    SELECT count(*), count(*) FILTER (ours.lifecycle_stage::VARCHAR IS DISTINCT FROM theirs.lifecycle_stage),
           greatest(max(abs(ours.alive_probability - theirs.alive_probability)),
                    max(abs(ours.return_probability - theirs.return_probability))) < 1e-12
    FROM audience.lifecycle_stage('shop.sold', buyer, day, as_of := DATE '2025-06-30', model := (SELECT model FROM saved)) AS ours
    FULL JOIN theirs USING (customer_id)''').fetchone())
"""


def test_lifecycle_sql_in_postgres(run: Callable[..., str], server: Path) -> None:
    rows, different, equal = run("catalogs", "python", "-c", IN_POSTGRES, PGHOST=str(server), PGUSER="shop", PGDATABASE="postgres").split()
    assert (int(rows) > 2000, different, equal) == (True, "0", "True")
