"""The form of the macros in sql/: what makes them readable, and that a fact is written once."""

import re
from pathlib import Path

import pytest

import support

SQL = {path: path.read_text() for path in sorted((support.ROOT / "sql").rglob("*.sql"))}
RUST = {path: path.read_text() for path in (support.ROOT / "src").rglob("*.rs")}
LINE = 120
BODY = 60

CTE = re.compile(r"(?:^WITH|^\),) (\w+) AS(?: NOT)?(?: MATERIALIZED)? \(\n(.*)", re.MULTILINE)
SIGNATURE = re.compile(r"^CREATE MACRO audience\.(\w+)\(((?:[^()]|\([^()]*\))*)\) AS\b( TABLE)?", re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(support.ROOT))


def code(text: str) -> str:
    return re.sub(r"^\s*--.*$", "", text, flags=re.MULTILINE)


def numbers(text: str) -> set[int]:
    """Whole numbers, however they are grouped."""
    return {int(re.sub(r"\D", "", number)) for number in re.findall(r"(?<![\w.])\d[\d_]*(?:,\d{3})*(?![\w.]*\w)", text)}


def sort_keys(text: str) -> list[str]:
    """What the ORDER BYs of some code sort by, key by key."""
    keys = []
    for found in re.finditer(r"\bORDER BY\s", text):
        depth, key = 0, ""
        for character in text[found.end() :]:
            depth += (character in "([{") - (character in ")]}")
            if depth < 0 or character == ";" or depth == 0 and re.search(r"\s(LIMIT|ROWS|RANGE|QUALIFY)$", key):
                break
            if character == "," and depth == 0:
                keys.append(key)
                key = ""
            else:
                key += character
        keys.append(re.sub(r"\s(LIMIT|ROWS|RANGE|QUALIFY)$", "", key))
    return [" ".join(key.split()) for key in keys]


def test_the_patterns_find_what_they_look_for() -> None:
    assert sort_keys("list(x ORDER BY f(a, b), c DESC) OVER (ORDER BY d ASC NULLS LAST ROWS 1 PRECEDING)") == ["f(a, b)", "c DESC", "d ASC NULLS LAST"]
    text = "CREATE MACRO audience.a(\n    b,\n    c := f(1)\n) AS TABLE\nWITH __d AS MATERIALIZED (\n    -- One row.\n), __e AS (\n    SELECT 1\n)"
    assert SIGNATURE.search(text).groups() == ("a", "\n    b,\n    c := f(1)\n", " TABLE")
    assert CTE.findall(text) == [("__d", "    -- One row."), ("__e", "    SELECT 1")]
    assert numbers("a1 2 3_000 4,000 5.5 [6]") == {2, 3000, 4000, 6}
    macros = [path for path, text in SQL.items() if "CREATE MACRO" in text]
    assert [named(path) for path in macros if not SIGNATURE.search(SQL[path])] == []
    opened = {path: re.findall(r"\bAS(?: NOT)?(?: MATERIALIZED)? \($", code(text), re.MULTILINE) for path, text in SQL.items()}
    assert [named(path) for path, text in SQL.items() if len(CTE.findall(code(text))) != len(opened[path])] == []


@pytest.mark.parametrize("path", SQL, ids=named)
def test_no_result_is_ordered_by_an_argument(path: Path) -> None:
    """An argument is put in wherever its name stands, so ORDER BY customer_id would order by the analyst's own expression."""
    signature = SIGNATURE.search(SQL[path])
    assert signature is not None
    arguments = set(re.findall(r"(\w+)(?: := [^,]+)?(?:,|\s*$)", signature[2]))
    for ordered in re.findall(r"ORDER BY ([\w\s,.]+)", SQL[path][signature.end() :]):
        assert not arguments & set(re.findall(r"(?<![.\w])\w+", ordered)), ordered


@pytest.mark.parametrize("path", SQL, ids=named)
def test_a_macro_can_be_read(path: Path) -> None:
    text = SQL[path]
    assert [line for line in text.splitlines() if len(line) > LINE] == []
    signature = SIGNATURE.search(text)
    if signature is None:
        return
    body = text[signature.end() :].strip().splitlines()
    assert len(body) <= BODY, "move a part of it to an internal macro"
    unsaid = [name for name, comment in CTE.findall(text) if not re.match(r" {4}-- One row\b", comment)]
    assert unsaid == [], "its first line is a comment that says what one row is"
    if path.stem.startswith("__") and signature[3]:
        assert text.startswith("-- One row"), "the header of an internal table macro says what one row is"


def test_an_error_is_made_in_one_place() -> None:
    assert [named(path) for path, text in SQL.items() if re.search(r"\berror\(", code(text))] == ["sql/shared/__refused.sql"]


def test_a_century_has_one_length() -> None:
    """The longest number of days that anything takes."""
    near = {number for text in [*SQL.values(), *RUST.values()] for number in numbers(text) if 36_000 < number < 37_000}
    assert near == {36_525}


def test_the_products_that_are_compared() -> None:
    """SQL picks them, and Rust reserves memory for as many."""
    (most,) = numbers(code(SQL[support.ROOT / "sql/recommend/__most_compared.sql"]))
    (same,) = re.findall(r"MOST_PRODUCTS: u32 = ([\d_]+);", RUST[support.ROOT / "src/models/recommend/neighbours.rs"])
    assert most == int(same)


def test_no_order_is_that_of_the_session() -> None:
    """`SET default_order` turns round what does not say its direction."""
    keys = {named(path): sort_keys(code(text)) for path, text in SQL.items()}
    assert sum(map(len, keys.values())) > 150
    assert {path: key for path, found in keys.items() for key in found if not re.search(r" (ASC|DESC)( NULLS (FIRST|LAST))?$", key)} == {}
    assert [named(path) for path, text in SQL.items() for call in re.findall(r"list_sort\(.*", text) if "'ASC'" not in call] == []


@pytest.mark.parametrize("option", ["just_ordered_days", "cap", "cap_days", "rules", "customers", "seed", "every", "min_together"])
def test_an_option_has_one_default(option: str) -> None:
    # customers of audience.report says how many are shown, that of the demo shop how many there are.
    found = {
        default.strip()
        for path, text in SQL.items()
        if path.stem not in ("report", "__report_sections")
        for signature in SIGNATURE.finditer(text)
        for default in re.findall(rf"\b{option} := ([^,\n)]+)", signature[2])
    }
    assert len(found) == 1, found


def test_the_horizon_has_one_default_in_a_room() -> None:
    defaults = {path.stem: re.findall(r"\bhorizon_days := (\d+)", SIGNATURE.search(text)[2]) for path, text in SQL.items() if SIGNATURE.search(text)}
    assert {name: found for name, found in defaults.items() if found} == {
        **dict.fromkeys(["__fit", "__lifecycle_options", "__valued", "customers", "lifecycle_stage", "purchase_model", "purchase_model_fit", "shop"], ["180"]),
        **dict.fromkeys(["interests", "interested_in", "intent_part", "cross_sell", "recommend", "members"], ["60"]),
    }
