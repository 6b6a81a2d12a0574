"""The footer: what DuckDB says of the file, and of one that was built for something else."""

import filecmp
import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
from package_extension import crate_version, duckdb_platform, footer  # noqa: E402

API = "v1.2.0"


def test_duckdb_reports_the_crate_version(con: duckdb.DuckDBPyConnection) -> None:
    loaded = "SELECT extension_version FROM duckdb_extensions() WHERE extension_name = 'audience' AND loaded"
    assert con.execute(loaded).fetchone() == (crate_version(support.ROOT / "Cargo.toml"),)


def test_the_platform_is_what_duckdb_calls_it(con: duckdb.DuckDBPyConnection) -> None:
    assert con.execute("PRAGMA platform").fetchone() == (duckdb_platform(),)


def test_the_registry_names_the_platform(extension_path: Path, tmp_path: Path) -> None:
    """In the environment, and takes the file from a folder of its own."""
    library = extension_path.read_bytes()[: -len(footer("x", "v1"))]
    (tmp_path / "libaudience.so").write_bytes(library)
    pack = [sys.executable, support.ROOT / "scripts/package_extension.py", tmp_path, tmp_path / "release/audience.duckdb_extension"]
    subprocess.run(pack, env=os.environ | {"DUCKDB_PLATFORM": "linux_arm64_musl"}, check=True, capture_output=True)
    packed = (tmp_path / "release/extension/audience/audience.duckdb_extension").read_bytes()
    assert packed == library + footer("linux_arm64_musl", crate_version(support.ROOT / "Cargo.toml"))


def test_the_footer_has_the_size_duckdb_reads() -> None:
    appended = footer("linux_amd64", "v1.0.0")
    assert len(appended) == 22 + 512
    # The custom section's length counts everything behind it.
    assert appended[0] == 0 and (appended[1] & 0x7F) + (appended[2] << 7) == len(appended) - 3


def test_a_long_field_is_refused() -> None:
    with pytest.raises(ValueError, match="footer field"):
        footer("x" * 33, "v1.0.0")


@pytest.mark.parametrize(
    ("platform", "api", "message"),
    [
        ("plan9_mips", API, "plan9_mips"),
        ("", "v9.9.9", "v9.9.9"),
        ("", "nonsense", "nonsense"),
    ],
)
def test_another_platform_or_api_gets_duckdbs_message(
    extension_path: Path, tmp_path: Path, platform: str, api: str, message: str
) -> None:
    library = extension_path.read_bytes()[: -len(footer("x", "v1"))]
    other = tmp_path / "audience.duckdb_extension"
    other.write_bytes(library + footer(platform or duckdb_platform(), "v1.0.0", api))
    with support.open_database() as con:
        with pytest.raises(duckdb.Error, match=message):
            support.load(con, other)
        support.load(con)
        assert con.execute("SELECT count(*) FROM audience.demo_orders(customers := 3)").fetchone()[0] > 0


@pytest.mark.parametrize("keep", [0, 100, 600, -1, -300])
def test_a_damaged_file_is_refused(extension_path: Path, tmp_path: Path, keep: int) -> None:
    damaged = tmp_path / "audience.duckdb_extension"
    damaged.write_bytes(extension_path.read_bytes()[:keep])
    with support.open_database() as con:
        with pytest.raises(duckdb.Error):
            support.load(con, damaged)
        assert con.execute("SELECT 42").fetchone() == (42,)


def test_unsigned_extensions_must_be_allowed(extension_path: Path) -> None:
    with duckdb.connect() as con, pytest.raises(duckdb.Error, match="unsigned"):
        support.load(con)


def test_the_notice_names_what_is_linked() -> None:
    """And stands beside the extension that was built."""
    if shutil.which("cargo") is None or sys.platform != "linux":
        pytest.skip("the list is that of a build on Linux")
    assert subprocess.run([sys.executable, support.ROOT / "scripts/notice.py", "--check"]).returncode == 0, "run `make notice`"
    assert filecmp.cmp(support.ROOT / "NOTICE", support.ROOT / "build/release/NOTICE", shallow=False)
