"""`make bench BENCH=--instructions`: how many instructions each model takes, beside the numbers in benches/instructions.json.

Instructions hardly depend on the machine and not at all on what else it does, so a small loss shows that no clock would. Valgrind's
callgrind counts them in one run of each function of benches/models.rs. `BENCH="--instructions --store"` keeps the new numbers.
"""

import json
import re
import subprocess
import sys
import tempfile

from measure import ROOT
from run import print_table

STORED = ROOT / "benches/instructions.json"
# What may come from another compiler or C library.
NOTICED = 0.03


def executable() -> str:
    lines = subprocess.run(["cargo", "bench", "--quiet", "--bench", "models", "--no-run", "--message-format=json"],
                           cwd=ROOT, check=True, capture_output=True, text=True).stdout.splitlines()  # fmt: skip
    (found,) = {message["executable"] for message in map(json.loads, lines) if message.get("executable") and message["target"]["name"] == "models"}
    return found


def functions(bench: str) -> list[str]:
    listed = subprocess.run([bench, "--bench", "--list"], check=True, capture_output=True, text=True).stdout
    return re.findall(r"^(.+): benchmark$", listed, re.MULTILINE)


def instructions(bench: str, function: str) -> int:
    """Of one round, within `counted`."""
    with tempfile.NamedTemporaryFile(prefix="callgrind-") as out:
        counting = ["valgrind", "--tool=callgrind", f"--callgrind-out-file={out.name}", "--collect-atstart=no", "--toggle-collect=*models*counted*"]
        subprocess.run([*counting, bench, "--bench", "--test", "--exact", function], check=True, capture_output=True)
        return int(re.search(rb"^(?:summary|totals): (\d+)", out.read(), re.MULTILINE)[1])


def main(store: bool) -> None:
    bench, stored = executable(), json.loads(STORED.read_text()) if STORED.exists() else {}
    found = {function: instructions(bench, function) for function in functions(bench)}
    rows = []
    for function, now in found.items():
        before = stored.get(function)
        change = "new" if before is None else f"{now / before - 1:+.1%}"
        grew = before is not None and now > before * (1 + NOTICED)
        rows.append([function, "" if before is None else f"{before:,}", f"{now:,}", change, "grew" if grew else ""])
    print_table(["", "stored", "now", "change", ""], rows)
    if store:
        STORED.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main("--store" in sys.argv[1:])
