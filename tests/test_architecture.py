"""Which file of src/ may import which: the layers, and no circle. Tests within src/ may import what they like."""

import re
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import support

SRC = support.ROOT / "src"
# What each layer may import besides itself. lib.rs hands the glue what the functions list, so the glue knows neither them
# nor the models.
LAYERS = {
    "error": set(),
    "column": set(),
    "duckdb": {"error", "column", "lib"},
    "models": {"error", "column"},
    "functions": {"error", "column", "duckdb", "models"},
    "lib": {"duckdb", "functions"},
}

USE = re.compile(r"^\s*(?P<public>pub(?:\([^)]*\))? )?use (?P<tree>[^;]+);", re.MULTILINE)
PATH = re.compile(r"(?<![\w:])(?:crate|super)(?:::\w+)+")
Module = tuple[str, ...]


def code(path: Path) -> str:
    """Without comments and tests."""
    text = re.sub(r"^\s*//.*$", "", path.read_text(), flags=re.MULTILINE)
    return re.sub(r"^#\[cfg\(test\)\]\n(#\[path.*\n)?mod \w+(;| \{\n(.*\n)*?\})$", "", text, flags=re.MULTILINE)


def module(path: Path) -> Module:
    parts = path.relative_to(SRC).with_suffix("").parts
    return parts[:-1] if parts[-1] in ("mod", "lib") else parts


FILES = {module(path): path for path in SRC.rglob("*.rs") if not path.stem.endswith("_tests")}
CODE = {name: code(path) for name, path in FILES.items()}


def leaves(tree: str) -> list[str]:
    """`a::{b, c::{d, e}}` is a::b, a::c::d and a::c::e."""
    tree = re.sub(r"\s+", "", re.sub(r"\s+as\s+\w+", "", tree))
    while match := re.search(r"([\w:]*)\{([^{}]*)\}", tree):
        tree = tree.replace(match[0], ",".join(match[1] + name for name in match[2].split(",") if name))
    return tree.split(",")


def absolute(path: str, within: Module) -> Module | None:
    """From the root of the crate; nothing for another crate."""
    parts = tuple(path.split("::"))
    if parts[0] == "crate":
        return parts[1:]
    if parts[0] == "super":
        return absolute("::".join(("crate", *within[:-1], *parts[1:])), within)
    return (*within, *parts) if (*within, parts[0]) in FILES else None


def home(path: Module) -> Module:
    """The module that a path leads to, through what a mod.rs passes on."""
    inner = max((path[:length] for length in range(len(path) + 1) if path[:length] in FILES), key=len)
    name = path[len(inner)] if len(path) > len(inner) else ""
    for match in USE.finditer(CODE[inner]):
        for leaf in leaves(match["tree"]) if match["public"] else []:
            target = absolute(leaf, inner)
            if target and leaf.split("::")[-1] == name:
                return home(target)
    return inner


def imports(name: Module) -> Iterator[Module]:
    text = CODE[name]
    for match in USE.finditer(text):
        # A mod.rs that passes on what its own modules have does not use it.
        if not match["public"]:
            yield from (home(path) for leaf in leaves(match["tree"]) if (path := absolute(leaf, name)))
    for path in PATH.findall(USE.sub("", text)):
        yield home(absolute(path, name))


GRAPH = {name: {other for other in imports(name) if other != name} for name in FILES}


def layer(name: Module) -> str:
    return name[0] if name else "lib"


def room(name: Module) -> str:
    return "/".join(name[:2]) if layer(name) in ("models", "functions") and len(name) > 1 else layer(name)


def named(name: Module) -> str:
    return str(FILES[name].relative_to(SRC))


def assert_no_circle(graph: dict[str, set[str]]) -> None:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail("a circle of imports: " + " -> ".join(reversed(error.args[1])), pytrace=False)


def test_imports_are_read() -> None:
    """An import that is not seen cannot be forbidden."""
    assert ("duckdb", "nested") in GRAPH[("functions", "value", "importance_tier")], "through a re-export"
    assert ("models", "exports") in GRAPH[("models", "exports", "email")], "an item of mod.rs"
    assert ("functions", "history") in GRAPH[("functions", "prediction", "forecast")]
    assert () in GRAPH[("duckdb", "entry")], "lib.rs"


def test_the_order_of_the_layers() -> None:
    against = [
        f"{named(name)} imports {named(other)}"
        for name, others in GRAPH.items()
        for other in others
        if layer(other) not in LAYERS[layer(name)] | {layer(name)}
    ]
    assert against == []


def test_no_circle_of_files() -> None:
    assert_no_circle({named(name): {named(other) for other in others} for name, others in GRAPH.items()})


def test_no_circle_of_rooms() -> None:
    rooms: dict[str, set[str]] = {}
    for name, others in GRAPH.items():
        # The root hands down what the rooms list.
        rooms.setdefault(room(name), set()).update({room(other) for other in others} - {room(name), "lib"})
    assert_no_circle(rooms)


def camel(name: str) -> str:
    return "".join(word.capitalize() for word in name.split("_"))


FUNCTIONS = [name for name in FILES if layer(name) == "functions" and len(name) == 3 and name[2] != "arguments"]
IMPLEMENTED = re.compile(r"^impl(?:<[^>]*>)? (?:Aggregate|Scalar|ChunkScalar|HistoryFunction) for (\w+)", re.MULTILINE)


@pytest.mark.parametrize("name", FUNCTIONS, ids=named)
def test_a_function_has_the_name_of_its_file(name: Module) -> None:
    assert set(re.findall(r'const NAME: &\'static str = "(?:__audience_)?(\w+)";', CODE[name])) == {name[2]}
    # Overloads are types of their own.
    if "fn register(" not in CODE[name]:
        assert IMPLEMENTED.findall(CODE[name]) == [camel(name[2])]


def test_every_type_has_a_name_of_its_own() -> None:
    """But for functions, which may share theirs with the model that they show."""
    found: dict[str, list[str]] = {}
    for name in FILES:
        for kind in re.findall(r"^(?: {4}pub |pub(?:\([^)]*\))? )?(?:struct|enum|trait) (\w+)", CODE[name], re.MULTILINE):
            if name not in FUNCTIONS or kind != camel(name[2]):
                found.setdefault(kind, []).append(named(name))
    assert {kind: files for kind, files in found.items() if len(files) > 1} == {}
