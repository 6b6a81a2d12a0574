"""Turn a shared library into a DuckDB extension by appending the metadata footer.

DuckDB reads the last 512 bytes of the file: eight fields of 32 bytes, the last one first
(magic, platform, C API version, extension version, ABI, three unused), then 256 bytes for a signature.
A WebAssembly custom-section header goes in front, because the same file layout serves DuckDB-Wasm.
With the ABI `C_STRUCT` the version field names the lowest C API, so one file loads in every later DuckDB.

The registry's machines have an old Python and no DuckDB, so this needs Python 3.6 alone.
"""

import argparse
import os
import platform
import re
import shutil
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
    return "v" + re.search(r'^version = "([^"]+)"', manifest.read_text(), re.MULTILINE).group(1)


def duckdb_platform() -> str:
    """What DuckDB calls the machine this runs on."""
    systems = {"Linux": "linux", "Darwin": "osx", "Windows": "windows"}
    processors = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64", "ARM64": "arm64"}
    system, processor = platform.system(), platform.machine()
    if system not in systems or processor not in processors:
        raise SystemExit(f"DuckDB's name for {system} on {processor} is not known: set DUCKDB_PLATFORM")
    return f"{systems[system]}_{processors[processor]}"


def find_library(directory: Path) -> Path:
    for name in ("libaudience.so", "libaudience.dylib", "audience.dll"):
        if (directory / name).exists():
            return directory / name
    raise SystemExit(f"no shared library of audience in {directory}")


def replace(target: Path, content: bytes) -> None:
    """Written beside and renamed: a process that has the old file loaded must keep the old bytes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_suffix(".new")
    temporary.write_bytes(content)
    os.replace(str(temporary), str(target))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path, help="cargo's output, such as target/release")
    parser.add_argument("extension", type=Path, help="the file to write")
    parser.add_argument("--platform", default=os.environ.get("DUCKDB_PLATFORM"), help="default: $DUCKDB_PLATFORM, else this machine's")
    parser.add_argument("--manifest", type=Path, default=ROOT / "Cargo.toml")
    arguments = parser.parse_args()

    platform_name = arguments.platform or duckdb_platform()
    version = crate_version(arguments.manifest)
    packed = find_library(arguments.directory).read_bytes() + footer(platform_name, version)
    replace(arguments.extension, packed)
    # Where the registry's workflow looks for it.
    replace(arguments.extension.parent / "extension/audience" / arguments.extension.name, packed)
    # The licences of what is linked in go where the binary goes.
    shutil.copyfile(str(ROOT / "NOTICE"), str(arguments.extension.with_name("NOTICE")))
    print(f"{arguments.extension} {version} for {platform_name}")


if __name__ == "__main__":
    main()
