"""Turn a shared library into a DuckDB extension by appending the metadata footer.

DuckDB reads the last 512 bytes of the file: eight fields of 32 bytes, the last one first
(magic, platform, C API version, extension version, ABI, three unused), then 256 bytes for a signature.
A WebAssembly custom-section header goes in front, because the same file layout serves DuckDB-Wasm.
With the ABI `C_STRUCT` the version field names the lowest C API, so one file loads in every later DuckDB.
"""

import argparse
import os
import shutil
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]

FIELD_BYTES = 32
SIGNATURE_BYTES = 256
MAGIC = "4"
SECTION_NAME = b"duckdb_signature"


def leb128(number: int) -> bytes:
    """WebAssembly's variable-length integer, always written in two bytes here."""
    return bytes([number & 0x7F | 0x80, number >> 7])


def field(text: str) -> bytes:
    raw = text.encode("ascii")
    if len(raw) > FIELD_BYTES:
        raise ValueError(f"{text!r} does not fit into a footer field of {FIELD_BYTES} bytes")
    return raw.ljust(FIELD_BYTES, b"\0")


def footer(platform: str, extension_version: str, api_version: str = "v1.2.0", abi: str = "C_STRUCT") -> bytes:
    fields = [MAGIC, platform, api_version, extension_version, abi, "", "", ""]
    metadata = b"".join(field(text) for text in reversed(fields)) + bytes(SIGNATURE_BYTES)
    section = bytes([len(SECTION_NAME)]) + SECTION_NAME + leb128(len(metadata)) + metadata
    return b"\0" + leb128(len(section)) + section


def crate_version(manifest: Path) -> str:
    return "v" + tomllib.loads(manifest.read_text())["package"]["version"]


def duckdb_platform() -> str:
    import duckdb

    return duckdb.execute("PRAGMA platform").fetchone()[0]


def find_library(directory: Path) -> Path:
    for name in ("libaudience.so", "libaudience.dylib", "audience.dll"):
        if (directory / name).exists():
            return directory / name
    raise SystemExit(f"no shared library of audience in {directory}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="cargo's output, such as target/release")
    parser.add_argument("extension", type=Path, help="the file to write")
    parser.add_argument("--platform", help="default: ask DuckDB")
    parser.add_argument("--manifest", type=Path, default=Path("Cargo.toml"))
    arguments = parser.parse_args()

    library = find_library(arguments.directory).read_bytes()
    platform = arguments.platform or duckdb_platform()
    version = crate_version(arguments.manifest)

    # Written beside and renamed: a process that has the old file loaded must keep the old bytes.
    arguments.extension.parent.mkdir(parents=True, exist_ok=True)
    temporary = arguments.extension.with_suffix(".new")
    temporary.write_bytes(library + footer(platform, version))
    os.replace(temporary, arguments.extension)
    # The licences of what is linked in go where the binary goes.
    shutil.copyfile(ROOT / "NOTICE", arguments.extension.with_name("NOTICE"))
    print(f"{arguments.extension} {version} for {platform}")


if __name__ == "__main__":
    main()
