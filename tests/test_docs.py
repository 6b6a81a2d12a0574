"""The SQL of README.md and docs/ runs and gives what the pages show, and the reference is up to date."""

import re
import subprocess
import sys
import textwrap
from pathlib import Path

import duckdb
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
import docs  # noqa: E402

PAGES = [support.ROOT / "README.md", *sorted((support.ROOT / "docs").glob("*.md"))]
LINK = re.compile(r"\]\(([^)#\s]+)?(?:#([^)\s]+))?\)")


def blocks(page: Path, language: str) -> list[tuple[int, str, str]]:
    """The fenced blocks of a language: line, content, and the table that follows, if any. A list may have indented them."""
    text = page.read_text()
    fence = re.compile(rf"^( *)```{language}\n(.*?)^\1```\n(?:\n((?:\|[^\n]*\n)+))?", re.MULTILINE | re.DOTALL)
    lines = [text.count("\n", 0, match.start()) + 1 for match in fence.finditer(text)]
    return [(line, textwrap.dedent(match[2]), match[3] or "") for line, match in zip(lines, fence.finditer(text))]


def anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def example_id(page: Path) -> str:
    return str(page.relative_to(support.ROOT))


@pytest.mark.parametrize("page", [page for page in PAGES if blocks(page, "sql")], ids=example_id)
def test_every_sql_block_gives_what_is_shown(con: duckdb.DuckDBPyConnection, page: Path) -> None:
    """One after the other in one database, as a reader would run them."""
    if page.name != "README.md":
        con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    for line, sql, shown in blocks(page, "sql"):
        try:
            con.execute(sql)
            header, rows = [column[0] for column in con.description], con.fetchall()
        except duckdb.Error as error:
            pytest.fail(f"{example_id(page)}:{line}: {error}", pytrace=False)
        assert rows, f"{example_id(page)}:{line}: the result is empty"
        found = docs.table(header, [[docs.value_text(value) for value in row] for row in rows]) + "\n"
        assert shown in ("", found), f"{example_id(page)}:{line}: the result is\n{found}"


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
