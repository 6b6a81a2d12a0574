"""Write NOTICE: what is linked into the extension, and under which licence.

usage: notice.py [--check]

A licence that is the same for several crates stands once. Of several that a crate offers, the first of MIT, Apache-2.0 and
the others is taken. With --check nothing is written; the exit status says whether NOTICE is as it should be.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
NOTICE = ROOT / "NOTICE"
TARGET = "x86_64-unknown-linux-gnu"
FILES = ("LICENSE-MIT*", "license-mit*", "LICENSE*", "COPYING*", "LICENCE*")
# One that holds beside the others.
FURTHER = "LICENSE-UNICODE"
INTRODUCTION = """audience
Licensed under the MIT licence; see LICENSE.

This file accompanies the binary of the extension, into which the following crates are linked. rlibphonenumber contains the
metadata of Google's libphonenumber, Copyright (C) The Libphonenumber Authors, under the Apache License 2.0.
"""


def linked_crates() -> list[dict]:
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", TARGET]
    metadata = json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout)
    packages = {package["id"]: package for package in metadata["packages"]}
    needs = {node["id"]: node["deps"] for node in metadata["resolve"]["nodes"]}
    found, left = set(), [metadata["resolve"]["root"]]
    while left:
        crate = left.pop()
        # A procedural macro runs in the compiler.
        if crate in found or any("proc-macro" in target["kind"] for target in packages[crate]["targets"]):
            continue
        found.add(crate)
        left += [need["pkg"] for need in needs[crate] if any(kind["kind"] is None for kind in need["dep_kinds"])]
    found.remove(metadata["resolve"]["root"])
    return sorted((packages[crate] for crate in found), key=lambda package: (package["name"], package["version"]))


def text_of(file: Path) -> str:
    return "\n".join(line.rstrip() for line in file.read_text(encoding="utf-8").strip().splitlines())


def licence_text(package: dict) -> str | None:
    folder = Path(package["manifest_path"]).parent
    for pattern in FILES:
        for file in sorted(folder.glob(pattern)):
            if file.is_file():
                return "\n\n".join(map(text_of, [file, *folder.glob(FURTHER)]))
    return None


def notice() -> str:
    crates = linked_crates()
    texts = {package["id"]: licence_text(package) for package in crates}
    apache = next(text for package in crates if package["license"] == "Apache-2.0" and (text := texts[package["id"]]))
    groups: dict[str, list[str]] = {}
    for package in crates:
        text = texts[package["id"]]
        if text is None:
            assert "Apache-2.0" in package["license"], f"{package['name']} has no file with its licence"
            text = apache
        groups.setdefault(text, []).append(f"{package['name']} {package['version']} ({package['license']})")
    parts = [INTRODUCTION] + ["\n".join(names) + "\n\n" + text + "\n" for text, names in groups.items()]
    return ("\n" + "-" * 80 + "\n\n").join(parts)


def main() -> int:
    text = notice()
    if "--check" in sys.argv[1:]:
        return 0 if NOTICE.exists() and NOTICE.read_text(encoding="utf-8") == text else 1
    NOTICE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
