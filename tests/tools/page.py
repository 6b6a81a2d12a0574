"""What a page shows for each tool."""

import re
from pathlib import Path

import support

PAGE = support.ROOT / "docs/tools.md"


def blocks(title: str, language: str, page: Path = PAGE) -> list[str]:
    """The blocks of a language below a heading."""
    section = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", page.read_text(), re.MULTILINE | re.DOTALL)
    assert section, f"{page.name} has no section {title}"
    found = re.findall(rf"^```{language}\n(.*?)^```$", section[1], re.MULTILINE | re.DOTALL)
    assert found, f"the section {title} of {page.name} shows no {language}"
    return found
