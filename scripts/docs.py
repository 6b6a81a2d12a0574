"""Write docs/reference/, a page a room and an index, from the headers of the functions themselves.

usage: docs.py [--check]

The headers are the leading comments of sql/ROOM/NAME.sql and src/functions/ROOM/NAME.rs; the form is described in CONTRIBUTING.md.
Result types are asked from DuckDB and every example is executed, so the pages cannot say what does not hold.
With --check nothing is written, and the exit status tells whether the pages are up to date.
"""

import difflib
import os
import re
import sys
from dataclasses import dataclass, field
from functools import cache
from itertools import takewhile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs/reference"
INTRODUCTION = ROOT / "scripts/reference_introduction.md"
EXTENSION = Path(os.environ.get("AUDIENCE_EXTENSION", ROOT / "build/release/audience.duckdb_extension"))

TITLES = {"table": "Table functions", "macro": "Macros for a query of your own", "scalar": "Scalar functions"}

# The function whose arguments are the shared ones, and the section that describes them.
SHARED, SHARED_SECTION = "audience.customers", "Options that all functions share"
MARK = "<!-- Written by `make docs` from the headers in sql/ and src/functions/. Edit those. -->"
SECTION = re.compile(r"^(Arguments|Returns|Errors|Example|Source):\s*(.*)$")
BULLET = re.compile(r"^- ([\w, /]+?): (.*)$", re.DOTALL)
MACRO = re.compile(r"^CREATE MACRO (audience\.\w+)\((.*?)\) AS( TABLE)?\s", re.MULTILINE | re.DOTALL)
SIGNATURE = re.compile(r"^`(\w+)\((.*?)\)`: ", re.DOTALL)


class Mistake(Exception):
    """A header that is incomplete or does not agree with the function."""


@dataclass
class Function:
    name: str
    room: str
    """The folder that it stands in, and so its page."""
    parameters: str
    kind: str
    """`table`, `macro` or `scalar`."""
    sections: dict[str, str] = field(default_factory=dict)

    def bullets(self, section: str) -> list[tuple[list[str], str]]:
        """The entries `- name, name: text` of a section, up to an empty line."""
        entries = []
        for entry in re.split(r"\n(?=- )", self.sections.get(section, "").partition("\n\n")[0]):
            if match := BULLET.match(entry):
                entries.append((match[1].split(", "), one_line(match[2])))
        return entries

    def text(self, section: str) -> str:
        if section not in self.sections:
            raise Mistake(f"{self.name}: the header has no '{section}:'")
        return self.sections[section]


def one_line(text: str) -> str:
    return " ".join(text.split())


def parse(path: Path) -> Function | None:
    """The function that a file defines, or nothing for an internal one."""
    source = path.read_text()
    mark = "--" if path.suffix == ".sql" else "//!"
    header = takewhile(lambda line: line.startswith(mark), source.splitlines())
    lines = [line.removeprefix(mark).removeprefix(" ") for line in header]
    room = path.stem if path.parent.name == "sql" else path.parent.name
    if path.suffix == ".sql":
        macro = MACRO.search(source)
        if path.stem.startswith("__") or macro is None:
            return None
        function = Function(macro[1], room, one_line(macro[2]), "table" if macro[3] else "macro")
    else:
        signature = SIGNATURE.match("\n".join(lines))
        if signature is None or f'"__audience_{path.stem}"' in source:
            return None
        function = Function(signature[1], room, one_line(signature[2]), "scalar")
        lines = "\n".join(lines)[signature.end() :].splitlines()
    name = "Description"
    for line in lines:
        if match := SECTION.match(line):
            name, line = match[1], match[2]
        if not line.startswith("```"):
            function.sections[name] = function.sections.get(name, "") + line + "\n"
    function.sections = {name: text.strip("\n") for name, text in function.sections.items()}
    return function


def functions() -> list[Function]:
    paths = [*(ROOT / "sql").rglob("*.sql"), *(ROOT / "src/functions").rglob("*.rs")]
    found = [function for path in paths if (function := parse(path))]
    return sorted(found, key=lambda f: (list(TITLES).index(f.kind), f.name != SHARED, f.name))


def connect() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(config={"allow_unsigned_extensions": True})
    con.execute(f"LOAD '{EXTENSION}'")
    con.execute("SET TimeZone = 'UTC'")
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders()")
    con.execute("CREATE TABLE contacts AS FROM audience.demo_contacts()")
    con.execute("CREATE TABLE lines AS FROM audience.demo_lines()")
    return con


def value_text(value: object) -> str:
    """As DuckDB writes it, with at most four decimals."""
    match value:
        case None | bool():
            return {None: "NULL", True: "true", False: "false"}[value]
        case float():
            return str(round(value, 4))
        case dict():
            return "{" + ", ".join(f"{key}: {value_text(item)}" for key, item in value.items()) + "}"
        case list():
            return "[" + ", ".join(map(value_text, value)) + "]"
    return str(value)


def table(header: list[str], rows: list[list[str]]) -> str:
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|").replace("\n", "<br>") for cell in line) + " |" for line in lines)


def call_in(function: Function, sql: str) -> str:
    """The call of the function within its example, by counting parentheses."""
    start = sql.find(f"{function.name}(")
    depth = 0
    for end in range(start, len(sql)):
        depth += {"(": 1, ")": -1}.get(sql[end], 0)
        if sql[end] == ")" and depth == 0:
            return sql[start : end + 1]
    raise Mistake(f"{function.name}: the example does not call it")


def result_types(con: duckdb.DuckDBPyConnection, function: Function) -> list[tuple[str, str]]:
    """Result columns or STRUCT fields; of another result only the type, without a name."""
    example = function.text("Example")
    if function.kind == "table":
        relation = con.sql(f"FROM {call_in(function, example)}")
        return [(name, str(kind)) for name, kind in zip(relation.columns, relation.types)]
    relation = con.sql(example.rstrip(";"))
    column = function.name.removeprefix("audience.")
    if column not in relation.columns:
        raise Mistake(f"{function.name}: the example must name its result {column}")
    kind = relation.types[relation.columns.index(column)]
    return [(name, str(child)) for name, child in kind.children] if kind.id == "struct" else [("", str(kind))]


def same(function: Function, what: str, documented: list[str], actual: list[str]) -> None:
    if missing := [name for name in actual if name not in documented]:
        raise Mistake(f"{function.name}: {what} without documentation: {', '.join(missing)}")
    if unknown := [name for name in documented if name not in actual]:
        raise Mistake(f"{function.name}: documented {what} that do not exist: {', '.join(unknown)}")
    if documented != actual:
        raise Mistake(f"{function.name}: {what} are documented in another order: {', '.join(documented)}")


def anchor(heading: str) -> str:
    return "#" + re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


@cache
def by_name() -> dict[str, Function]:
    return {function.name: function for function in functions()}


def link(name: str, room: str) -> str:
    """To the section of a function, from the page of a room."""
    target = by_name().get(name)
    if target is None:
        raise Mistake(f"a header names {name}, which does not exist")
    return f"[{name}]({'' if target.room == room else target.room + '.md'}{anchor(name)})"


def guide(match: re.Match) -> str:
    title = (ROOT / "docs" / match[0]).read_text().partition("\n")[0].removeprefix("# ")
    return f"[{title}](../{match[0]})"


def linked(text: str, room: str) -> str:
    """With links where another function (its name has a dot or an underscore) or a guide is named."""
    text = re.sub(r"(?<!\()\b[\w-]+\.md\b", guide, text)
    return re.sub(r"\bas in (audience\.\w+|\w+_\w+)", lambda match: f"as in {link(match[1], room)}", text)


def argument_lines(entries: list[tuple[list[str], str]], room: str) -> list[str]:
    shared = f"as in [{SHARED_SECTION}](README.md{anchor(SHARED_SECTION)})"
    lines = []
    for names, text in entries:
        text = re.sub(rf"\bas in {SHARED}\b", lambda _: shared, text) if room != "" else text
        lines.append(f"- {', '.join(f'`{name}`' for name in names)}: {linked(text, room)}")
    return lines


def spelled_out(entries: list[tuple[list[str], str]], wanted_by: str) -> list[tuple[list[str], str]]:
    """Arguments that are those of another function, in its words; the shared ones have a section of their own."""
    found: list[tuple[list[str], str]] = []
    for names, text in entries:
        other = re.fullmatch(r"as in ((?:audience\.)?\w+)", text)
        if other is None or other[1] == SHARED:
            found.append((names, text))
            continue
        if other[1] not in by_name():
            raise Mistake(f"{wanted_by}: {', '.join(names)}: there is no function {other[1]}")
        theirs = [([n for n in known if n in names], words) for known, words in by_name()[other[1]].bullets("Arguments")]
        if missing := {*names} - {name for known, _ in theirs for name in known}:
            raise Mistake(f"{wanted_by}: {other[1]} has no arguments {', '.join(sorted(missing))}")
        found += spelled_out([(known, words) for known, words in theirs if known], other[1])
    return found


def render_arguments(function: Function) -> list[str]:
    entries = function.bullets("Arguments")
    documented = [name for names, _ in entries for name in names]
    actual = re.findall(r"(?:^|, )(\w+)", function.parameters)
    # A shared group of arguments stands first, so the order may differ.
    same(function, "arguments", sorted(documented), sorted(actual))
    if function.name == SHARED:
        entries = [(actual, f"as in {SHARED}")]
    return argument_lines(spelled_out(entries, function.name), function.room)


def render_result(con: duckdb.DuckDBPyConnection, function: Function) -> str:
    types = result_types(con, function)
    if types[0][0] == "":
        return f"**Returns** {types[0][1]}: {linked(one_line(function.text('Returns')), function.room)}."
    entries = {names[0]: text for names, text in function.bullets("Returns")}
    same(function, "result columns", list(entries), [name for name, _ in types])
    title, unit = ("**Result**", "column") if function.kind == "table" else ("**Returns** a STRUCT", "field")
    rows = [[f"`{name}`", kind, linked(entries[name], function.room)] for name, kind in types]
    remarks = linked(function.text("Returns").partition("\n\n")[2], function.room)
    return f"{title}\n\n{table([unit, 'type', 'meaning'], rows)}\n\n{remarks}".rstrip()


def render(con: duckdb.DuckDBPyConnection, function: Function) -> str:
    example = function.text("Example")
    try:
        rows = [[value_text(value) for value in row] for row in con.execute(example).fetchall()]
    except duckdb.Error as error:
        raise Mistake(f"{function.name}: the example fails: {error}") from error
    output = table([column[0] for column in con.description], rows)
    description, errors = function.text("Description"), function.text("Errors")
    arguments = render_arguments(function)
    parts = [
        f"### {function.name}",
        f"```\n{function.name}({function.parameters})\n```",
        linked(description[:1].upper() + description[1:], function.room),
        *(["**Arguments**", "\n".join(arguments)] if arguments else []),
        render_result(con, function),
        "**Errors**",
        linked(errors if errors.startswith("- ") else f"- {one_line(errors)}", function.room),
        "**Example**",
        f"```sql\n{example}\n```",
        output,
        f"**Source**: {linked(one_line(function.text('Source')), function.room)}",
    ]
    return "\n\n".join(parts)


def rooms() -> list[str]:
    """In the order of the registry, the front door first."""
    return [SHARED.removeprefix("audience."), *re.findall(r"(\w+)::ROOM", (ROOT / "src/functions/mod.rs").read_text())]


def room_page(con: duckdb.DuckDBPyConnection, room: str, found: list[Function]) -> str:
    module = ROOT / f"src/functions/{room}/mod.rs"
    header = takewhile(lambda line: line.startswith("//!"), module.read_text().splitlines()) if module.exists() else []
    examples = " ".join(function.text("Example") for function in found)
    tables = [name for name in ("orders", "contacts", "lines") if re.search(rf"'{name}'|\b(FROM|JOIN) {name}\b", examples)]
    setup = "\n".join(f"CREATE OR REPLACE TABLE {name} AS FROM audience.demo_{name}();" for name in tables)
    parts = [
        f"# {room.capitalize()}",
        MARK,
        *([one_line(" ".join(line.removeprefix("//!") for line in header))] if header else []),
        f"Conventions and the options that all functions share are in the [index](README.md).{' The examples run on the demo shop:' if tables else ''}",
        *([f"```sql\n{setup}\n```"] if tables else []),
    ]
    for kind, title in TITLES.items():
        if sections := [render(con, function) for function in found if function.kind == kind]:
            parts += [f"## {title}", *sections]
    return "\n\n".join(parts) + "\n"


def index(con: duckdb.DuckDBPyConnection, found: list[Function]) -> str:
    shared = by_name()[SHARED]
    types = con.execute("""
        SELECT type_name, labels FROM duckdb_types()
        WHERE database_name = 'audience' AND labels IS NOT NULL
        ORDER BY type_name""").fetchall()
    introduction = INTRODUCTION.read_text()
    for name, text in {
        "shared": "\n".join(argument_lines(shared.bullets("Arguments"), "")),
        "types": table(["type", "labels, in their order"], [[f"`{name}`", ", ".join(labels)] for name, labels in types]),
        "functions": table(
            ["name", "what it gives", "room"],
            [[link(f.name, ""), first_sentence(f), f"[{f.room}]({f.room}.md)"] for f in found],
        ),
    }.items():
        introduction = introduction.replace(f"{{{name}}}", text)
    return introduction.strip() + "\n"


def first_sentence(function: Function) -> str:
    text = one_line(function.text("Description").partition("\n\n")[0])
    sentence = re.split(r"[.?]\s+(?=[A-Z`])", text)[0].rstrip(".")
    # Of a long one what stands before the colon.
    sentence = sentence if len(sentence) <= 120 else sentence.partition(": ")[0]
    return linked(sentence[:1].upper() + sentence[1:], "")


def wanted_pages() -> dict[Path, str]:
    con = connect()
    loaded = {name for (name,) in con.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    found = [function for function in functions() if function.name.removeprefix("audience.") in loaded]
    by_room = {room: [function for function in found if function.room == room] for room in rooms()}
    wanted = {PAGES / f"{room}.md": room_page(con, room, inside) for room, inside in by_room.items() if inside}
    return wanted | {PAGES / "README.md": index(con, [function for inside in by_room.values() for function in inside])}


def main() -> int:
    try:
        wanted = wanted_pages()
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    current = {path: path.read_text() for path in PAGES.glob("*.md")}
    if "--check" in sys.argv[1:]:
        for path in sorted({*wanted, *current}):
            old, new = current.get(path, "").splitlines(True), wanted.get(path, "").splitlines(True)
            sys.stderr.writelines(difflib.unified_diff(old, new, str(path), "generated now"))
        return int(current != wanted)
    PAGES.mkdir(exist_ok=True)
    for path in current.keys() - wanted.keys():
        path.unlink()
    for path, text in wanted.items():
        path.write_text(text)
    print(PAGES.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
