"""Puts the built extension into the wheel, and gives the wheel the platform of that file."""

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).resolve().parent.parent
EXTENSION = "audience.duckdb_extension"

# The platform as DuckDB calls it, and as Python calls it. On Linux, auditwheel then replaces it by the
# manylinux tag that the file's symbols allow. On macOS it is the oldest system that Rust builds for.
TAGS = {
    "linux_amd64": "linux_x86_64",
    "linux_arm64": "linux_aarch64",
    "osx_amd64": "macosx_10_12_x86_64",
    "osx_arm64": "macosx_11_0_arm64",
    "windows_amd64": "win_amd64",
    "windows_arm64": "win_arm64",
}


def platform(extension: Path) -> str:
    """What the file was built for, from its footer: the field before the last one, of 32 bytes each, and 256 of a signature."""
    return extension.read_bytes()[-320:-288].rstrip(b"\0").decode("ascii")


class ExtensionHook(BuildHookInterface):
    def initialize(self, version, build_data):
        extension = ROOT / "build/release" / EXTENSION
        if not extension.is_file():
            raise SystemExit(f"{extension} does not exist: run `make wheel`, which builds it first")
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{TAGS[platform(extension)]}"
        build_data["force_include"][str(extension)] = f"audience/{EXTENSION}"
