"""The SQL of README.md and docs/ runs and gives what the pages show, and the reference is up to date."""

import difflib
import re
import subprocess
import sys
from pathlib import Path

import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
import docs  # noqa: E402
import pages  # noqa: E402
from pages import PAGES  # noqa: E402

LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]+))?\)")


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def example_id(page: Path) -> str:
    return str(page.relative_to(support.ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if pages.BLOCK.search(page.read_text())], ids=example_id)
def test_every_sql_block_gives_what_is_shown(extension_path: Path, page: Path) -> None:
    with pages.connect(page) as con:
        rendered = pages.render(con, page)
    difference = difflib.unified_diff(page.read_text().splitlines(), rendered.splitlines(), "page", "result", lineterm="")
    assert rendered == page.read_text(), "run `make docs`\n" + "\n".join(difference)


@pytest.mark.parametrize("page", [*PAGES, support.ROOT / "CONTRIBUTING.md", support.ROOT / "CHANGELOG.md"], ids=example_id)
def test_every_link_leads_somewhere(page: Path) -> None:
    for path, anchor in LINK.findall(page.read_text()):
        if "://" in path:
            continue
        target = page.parent / path if path else page
        assert target.exists(), f"{path} does not exist"
        assert not anchor or anchor in anchors(target), f"{path} has no heading #{anchor}"


def test_the_reference_is_up_to_date(extension_path: Path) -> None:
    check = [sys.executable, str(support.ROOT / "scripts/docs.py"), "--check"]
    found = subprocess.run(check, capture_output=True, text=True, timeout=120)
    assert found.returncode == 0, f"run `make docs`\n{found.stderr}"


def test_a_header_that_disagrees_is_refused(extension_path: Path) -> None:
    with docs.connect() as con:
        for change, message in [
            (("- silence_ratio: ", "- silence_rate: "), "without documentation: silence_ratio"),
            (("- rule: the rule that decided\n", ""), "without documentation: rule"),
            (("- rule: ", "- verdict: nothing\n- rule: "), "do not exist: verdict"),
        ]:
            function = next(f for f in docs.functions() if f.name == "audience.lifecycle_stage")
            function.sections["Returns"] = function.sections["Returns"].replace(*change)
            with pytest.raises(docs.Mistake, match=message):
                docs.render(con, function)


def test_arguments_are_spelled_out_or_refused() -> None:
    """In the words of the function whose arguments they are, so that no reader follows one link after the other."""
    function = next(f for f in docs.functions() if f.name == "audience.lookalike_quality")
    written = function.sections["Arguments"]
    assert "as in audience.lookalikes" in written
    assert any(line.startswith("- `seed`: BOOLEAN expression") for line in docs.render_arguments(function))
    for other, message in [("audience.lookalike", "there is no function"), ("audience.rfm", "has no arguments .*seed")]:
        function.sections["Arguments"] = written.replace("as in audience.lookalikes", f"as in {other}")
        with pytest.raises(docs.Mistake, match=message):
            docs.render_arguments(function)
