"""Run every check and every test suite, and end with one summary in the form of pytest's.

usage: test.py --extension FILE VERSION...

A failing step does not hide what the later ones would say; the exit status is non-zero if any step failed.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

# The closing lines of `cargo test`, `cargo nextest` and pytest.
SUMMARY = re.compile(r"^test result: |^\s*Summary \[|^(=+ )?\d+ \w+.* in [\d.]+s")
COUNT = re.compile(r"(\d+) (passed|failed|errors?|skipped|ignored)")
# The line of one test that failed, of the same three. Repeated at the end, where a log that was cut off still has it.
FAILED = re.compile(r"^(FAILED|ERROR) |^\s*FAIL \[|^test .* \.\.\. FAILED")


def steps(versions: list[str]) -> list[tuple[str, list[str]]]:
    venv = Path("build/venv")
    # Files are spread over the processors; a file's tests stay together, because they share what they set up.
    parallel = ["-n", "auto", "--maxprocesses", "4", "--dist", "loadfile"]
    pytest = ["-m", "pytest", "--color=no", "-q", "-p", "no:cacheprovider", *parallel]
    commands = [
        ("formatting", ["cargo", "fmt", "--check"]),
        ("workflow", [str(venv / "lint/bin/zizmor"), "--offline", "--quiet", "--persona", "pedantic", ".github/workflows"]),
        ("clippy", ["cargo", "clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]),
    ]
    if shutil.which("cargo-nextest"):
        commands.append(("Rust tests", ["cargo", "nextest", "run", "--no-fail-fast", "--no-tests=pass"]))
        commands.append(("Rust documentation tests", ["cargo", "test", "--quiet", "--doc"]))
    else:
        commands.append(("Rust tests", ["cargo", "test", "--quiet", "--no-fail-fast"]))
    for version in versions:
        python = str(venv / version / "bin/python")
        chosen = [] if version == versions[-1] else ["-m", "not once"]
        commands.append((f"DuckDB {version}", [python, *pytest, *chosen, "--ignore=tests/peers", "--ignore=tests/tools", "tests"]))
    commands.append(("peers and examples", [str(venv / "tools/bin/python"), *pytest, "tests/peers"]))
    # In an environment of its own; those that start programs for each tool take theirs.
    python = str(venv / versions[-1] / "bin/python")
    commands.append(("tools of analysts", [python, *pytest, "--ignore=tests/tools/heavy", "tests/tools"]))
    commands.append(("documentation as a site", [str(venv / "site/bin/mkdocs"), "build", "--strict", "--quiet"]))
    return commands


def run(command: list[str], environment: dict[str, str]) -> tuple[int, Counter, list[str]]:
    """Pass the output on as it comes, count what the summaries in it report and keep the lines of failed tests."""
    counts: Counter = Counter()
    failed = []
    process = subprocess.Popen(
        command, env=environment, text=True, errors="replace", stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    for line in process.stdout:
        print(line, end="", flush=True)
        if FAILED.match(line):
            failed.append(line.strip())
        if SUMMARY.match(line):
            for number, kind in COUNT.findall(line):
                counts[{"error": "failed", "errors": "failed", "ignored": "skipped"}.get(kind, kind)] += int(number)
    return process.wait(), counts, failed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extension", required=True)
    parser.add_argument("versions", nargs="+")
    arguments = parser.parse_args()
    extension = str(Path(arguments.extension).resolve())
    environment = os.environ | {"AUDIENCE_EXTENSION": extension, "PYTHONDONTWRITEBYTECODE": "1"}

    started = time.monotonic()
    total: Counter = Counter()
    failed_steps = []
    failed_tests = []
    for name, command in steps(arguments.versions):
        print(f"\n--- {name}", flush=True)
        status, counts, failed = run(command, environment)
        total += counts
        if status != 0:
            failed_steps.append(name)
            failed_tests += [f"{name}: {line}" for line in failed]
            # A check without tests of its own, or a suite that died, still counts as a failure.
            total["failed"] += 0 if counts["failed"] else 1

    seconds = time.monotonic() - started
    if failed_steps:
        print("", *failed_tests, f"failed: {', '.join(failed_steps)}", sep="\n")
    summary = ", ".join(f"{total[kind]} {kind}" for kind in ("failed", "passed", "skipped") if total[kind])
    print(f"\n==== {summary} in {seconds:.1f}s ====")
    return 1 if failed_steps else 0


if __name__ == "__main__":
    sys.exit(main())
