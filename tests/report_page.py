"""What the page of `audience.report` shows, read from its HTML."""

from html.parser import HTMLParser

VOID = {"meta", "link", "br", "img", "input", "hr"}


class Page(HTMLParser):
    """Its tables by their id: of each cell what it says, or the value behind it. Tags that do not match are an error."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.sentences: dict[str, list[str]] = {}
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self._table = ""
        self._sentence = False
        self.feed(html)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        assert len(given) == len(attributes), f"{tag} has an attribute twice"
        self.tags.append((tag, given))
        self.ids += [given["id"]] if "id" in given else []
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self._table = given["id"]
            self.tables[self._table], self.sentences[self._table] = [], []
        if tag == "tr" and "tbody" in self.open:
            self._sentence = given.get("class") == "sentence"
            (self.sentences if self._sentence else self.tables)[self._table].append("" if self._sentence else [])
        if tag in ("td", "th") and "tbody" in self.open and not self._sentence:
            self.tables[self._table][-1].append("")
        if tag in ("data", "time") and "tbody" in self.open:
            self.tables[self._table][-1][-1] = given["value" if tag == "data" else "datetime"]
        if tag == "h1":
            self.headings.append("")

    def handle_startendtag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        assert "svg" in self.open, f"<{tag}/> is no HTML"
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open.pop() == tag, f"</{tag}> closes another one"

    def handle_data(self, data: str) -> None:
        if "style" in self.open:
            return
        self.text += data
        if "h1" in self.open:
            self.headings[-1] += data
        if "td" in self.open and self._sentence:
            self.sentences[self._table][-1] += data
        elif "tbody" in self.open and {"td", "th"} & set(self.open) and not self._sentence and not {"data", "time", "small"} & set(self.open):
            self.tables[self._table][-1][-1] += data


def number(text: str) -> float | None:
    """What a cell of numbers holds; nothing where the page says that it is not known."""
    return None if text in ("–", "") else float(text)
