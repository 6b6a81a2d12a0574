"""What docs/tools.md shows for each tool."""

import re

import support

PAGE = support.ROOT / "docs/tools.md"


def blocks(title: str, language: str) -> list[str]:
    """The blocks of a language below a heading."""
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    assert section, f"docs/tools.md has no section {title}"
    found = re.findall(rf"^```{language}\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    assert found, f"the section {title} of docs/tools.md shows no {language}"
    return found
