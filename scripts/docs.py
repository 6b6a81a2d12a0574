"""Write docs/reference.md from the headers of the functions themselves.

usage: docs.py [--check]

The headers are the leading comments of sql/ROOM/NAME.sql and src/functions/ROOM/NAME.rs; the form is described in CONTRIBUTING.md.
Result types are asked from DuckDB and every example is executed, so the page cannot say what does not hold.
With --check nothing is written, and the exit status tells whether the page is up to date.
"""

import difflib
import os
import re
import sys
from dataclasses import dataclass, field
from itertools import takewhile
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs/reference.md"
INTRODUCTION = ROOT / "scripts/reference_introduction.md"
EXTENSION = Path(os.environ.get("AUDIENCE_EXTENSION", ROOT / "build/release/audience.duckdb_extension"))

TITLES = {"table": "Table functions", "macro": "Aggregates for a GROUP BY of your own", "scalar": "Scalar functions"}

# The function whose arguments are the shared ones, and the section that describes them.
SHARED, SHARED_SECTION = "audience.customers", "Options that all functions share"
SECTION = re.compile(r"^(Arguments|Returns|Errors|Example|Source):\s*(.*)$")
BULLET = re.compile(r"^- ([\w, ]+?): (.*)$", re.DOTALL)
MACRO = re.compile(r"^CREATE MACRO (audience\.\w+)\((.*?)\) AS( TABLE)?\s", re.MULTILINE | re.DOTALL)
SIGNATURE = re.compile(r"^`(\w+)\((.*?)\)`: ", re.DOTALL)


class Mistake(Exception):
    """A header that is incomplete or does not agree with the function."""


@dataclass
class Function:
    name: str
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
    if path.suffix == ".sql":
        macro = MACRO.search(source)
        if path.stem.startswith("__") or macro is None:
            return None
        function = Function(macro[1], one_line(macro[2]), "table" if macro[3] else "macro")
    else:
        signature = SIGNATURE.match("\n".join(lines))
        if signature is None or f'"__audience_{path.stem}"' in source:
            return None
        function = Function(signature[1], one_line(signature[2]), "scalar")
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


def linked(text: str) -> str:
    """With links where another function (its name has a dot or an underscore) or page is named."""
    text = re.sub(r"\bas in (audience\.\w+|\w+_\w+)", lambda match: f"as in [{match[1]}]({anchor(match[1])})", text)
    text = re.sub(r"\baudiences\.md", "[Audiences](audiences.md)", text)
    return re.sub(r"\bhow-it-works\.md", "[How it works](how-it-works.md)", text)


def argument_lines(entries: list[tuple[list[str], str]]) -> list[str]:
    return [f"- {', '.join(f'`{name}`' for name in names)}: {linked(text)}" for names, text in entries]


def render_arguments(function: Function) -> list[str]:
    entries = function.bullets("Arguments")
    documented = [name for names, _ in entries for name in names]
    actual = re.findall(r"(?:^|, )(\w+)", function.parameters)
    # A shared group of arguments stands first, so the order may differ.
    same(function, "arguments", sorted(documented), sorted(actual))
    if function.name == SHARED:
        entries = [(actual, f"as in {SHARED}")]
    section = f"as in [{SHARED_SECTION}]({anchor(SHARED_SECTION)})"
    return argument_lines([(names, section if text == f"as in {SHARED}" else text) for names, text in entries])


def render_result(con: duckdb.DuckDBPyConnection, function: Function) -> str:
    types = result_types(con, function)
    if types[0][0] == "":
        return f"**Returns** {types[0][1]}: {linked(one_line(function.text('Returns')))}."
    entries = {names[0]: text for names, text in function.bullets("Returns")}
    same(function, "result columns", list(entries), [name for name, _ in types])
    title, unit = ("**Result**", "column") if function.kind == "table" else ("**Returns** a STRUCT", "field")
    rows = [[f"`{name}`", kind, linked(entries[name])] for name, kind in types]
    remarks = linked(function.text("Returns").partition("\n\n")[2])
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
        linked(description[:1].upper() + description[1:]),
        *(["**Arguments**", "\n".join(arguments)] if arguments else []),
        render_result(con, function),
        "**Errors**",
        linked(errors if errors.startswith("- ") else f"- {one_line(errors)}"),
        "**Example**",
        f"```sql\n{example}\n```",
        output,
        f"**Source**: {linked(one_line(function.text('Source')))}",
    ]
    return "\n\n".join(parts)


def page() -> str:
    con = connect()
    loaded = {name for (name,) in con.execute("SELECT DISTINCT function_name FROM duckdb_functions()").fetchall()}
    found = [function for function in functions() if function.name.removeprefix("audience.") in loaded]
    shared = next(function for function in found if function.name == SHARED)
    parts = [INTRODUCTION.read_text().replace("{shared}", "\n".join(argument_lines(shared.bullets("Arguments")))).strip()]
    for kind, title in TITLES.items():
        parts.append(f"## {title}")
        parts.extend(render(con, function) for function in found if function.kind == kind)
    return "\n\n".join(parts) + "\n"


def main() -> int:
    try:
        wanted = page()
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 1
    if "--check" not in sys.argv[1:]:
        PAGE.write_text(wanted)
        print(PAGE.relative_to(ROOT))
        return 0
    current = PAGE.read_text() if PAGE.exists() else ""
    sys.stderr.writelines(difflib.unified_diff(current.splitlines(True), wanted.splitlines(True), str(PAGE), "generated now"))
    return int(current != wanted)


if __name__ == "__main__":
    sys.exit(main())
