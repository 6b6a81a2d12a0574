"""Run the notebooks in examples/ and store them with what they show.

usage: notebooks.py
"""

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

NOTEBOOKS = sorted((Path(__file__).resolve().parent.parent / "examples").rglob("*.ipynb"))


def executed(path: Path) -> nbformat.NotebookNode:
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=120, record_timing=False, resources={"metadata": {"path": str(path.parent)}}).execute()
    # The version of Python would change the file on every machine.
    notebook.metadata["language_info"] = {"name": "python"}
    return notebook


def main() -> int:
    for path in NOTEBOOKS:
        nbformat.write(executed(path), path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
