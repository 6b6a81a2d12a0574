"""Every notebook in examples/ runs from top to bottom, and is stored with what it shows."""

import sys
from pathlib import Path

import nbformat
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
from notebooks import NOTEBOOKS, executed  # noqa: E402


def shown(notebook: nbformat.NotebookNode) -> list[dict]:
    return [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def texts(notebook: nbformat.NotebookNode) -> list[str]:
    """The tables as text; a chart's bytes depend on the fonts, and its text on an address."""
    return [output["data"]["text/plain"] for output in shown(notebook) if "text/html" in output.get("data", {})]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_shows_what_it_stores(path: Path, extension_path: Path) -> None:
    stored, now = nbformat.read(path, as_version=4), executed(path)
    assert texts(now) and texts(stored) == texts(now), "run `make docs`"
    for notebook in (stored, now):
        assert any("image/png" in output.get("data", {}) for output in shown(notebook)), "the notebook shows no chart"


def test_there_is_a_notebook() -> None:
    assert NOTEBOOKS
