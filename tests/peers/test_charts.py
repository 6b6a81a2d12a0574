"""The charts of docs/ can be drawn, and each page shows those that exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import support

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def test_charts(extension_path: Path, tmp_path: Path) -> None:
    environment = os.environ | {"AUDIENCE_EXTENSION": str(extension_path)}
    subprocess.run([sys.executable, str(support.ROOT / "scripts/charts.py"), str(tmp_path)], env=environment, check=True, timeout=300)
    drawn = {path.name for path in tmp_path.iterdir()}
    kept = {path.name for path in (support.ROOT / "docs/images").iterdir()}
    shown = set(re.findall(r"images/([\w-]+\.png)", "".join(page.read_text() for page in (support.ROOT / "docs").glob("*.md"))))
    assert drawn == kept == shown, "run `make charts`"
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        assert content.startswith(SIGNATURE) and 10_000 < len(content) < 150_000, path.name
