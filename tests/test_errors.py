"""Every error of ours names the public function that was called, and no internal name.

The examples of the reference are the calls; their options and amounts are replaced by what no analyst means.
"""

import re
import sys

import duckdb
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
import docs  # noqa: E402

FUNCTIONS = docs.functions()
NONSENSE = ["NULL", "-1", "0", "1e9", "'nonsense'", "'infinity'::DATE", "[]", "'{\"rubbish\": 1}'"]

# What an error is about is said by DuckDB itself where a value cannot be cast, or a column is not found.
OURS = re.compile(r"^[\w ]+ Error: audience: (.*)", re.DOTALL)


def flaws(function: docs.Function, error: duckdb.Error) -> str | None:
    """What is wrong with an error of the function; None where it is as it should be, or DuckDB's own."""
    text = str(error)
    if isinstance(error, (duckdb.InternalException, duckdb.FatalException)) or "internal error" in text:
        return text
    if match := OURS.match(text):
        name = function.name.removeprefix("audience.")
        if not match[1].startswith(f"{name}: "):
            return f"the error does not name {name}: {text}"
        if "__" in match[1]:
            return f"the error shows an internal name: {text}"
    return None


@pytest.fixture(scope="module")
def shop(extension_path):
    """The tables of the examples, as small as they can be."""
    with support.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 30)")
        con.execute("CREATE TABLE contacts AS FROM audience.demo_contacts(customers := 30)")
        con.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 30)")
        yield con


def error_of(con: duckdb.DuckDBPyConnection, sql: str) -> duckdb.Error | None:
    """Tables that the example makes are gone afterwards, so that the next one can make them."""
    con.execute("BEGIN")
    try:
        con.execute(sql).fetchall()
    except duckdb.Error as error:
        return error
    finally:
        con.execute("ROLLBACK")
    return None


def attempt(con: duckdb.DuckDBPyConnection, function: docs.Function, sql: str) -> str | None:
    error = error_of(con, sql)
    flaw = error and flaws(function, error)
    return flaw and f"{sql}\n{flaw}"


def with_option(function: docs.Function, option: str, value: str) -> str:
    """The example with the option set to the value."""
    example, call = function.text("Example"), docs.call_in(function, function.text("Example"))
    inside = re.sub(rf",\s*{option} := [^,()]*(?=[,)])", "", call)
    changed = inside.removesuffix(")") + (", " if not inside.endswith("()") else "") + f"{option} := {value})"
    return example.replace(call, changed)


@pytest.mark.parametrize("function", FUNCTIONS, ids=lambda function: function.name)
def test_nonsense_in_an_option(shop, function: docs.Function) -> None:
    options = re.findall(r"(\w+) := ", function.parameters)
    found = [attempt(shop, function, with_option(function, option, value)) for option in options for value in NONSENSE]
    assert not any(found), "\n\n".join(filter(None, found))


DATES = {"as_of", "since", "until", "cutoff"}
# What is given by name, and the dates that are given in their place.
WORDS = [(function, option) for function in FUNCTIONS for option in re.findall(r"(\w+) := ", function.parameters) if option in DATES]
IN_PLACE = [(function, option) for function in FUNCTIONS for option in sorted(DATES & set(re.split(r"\W+", re.sub(r"\w+ := ", "", function.parameters)))) if "audience." in function.name]
WHOLE = [(function, option) for function in FUNCTIONS for option in re.findall(r"(\w+) := \d+(?=[,)])", function.parameters + ")") if option != "customers"]

SWITCHES = [(function, option) for function in FUNCTIONS for option in re.findall(r"(\w+) := (?:true|false)", function.parameters) if option not in ("filter", "target", "consent")]


def is_refused(con: duckdb.DuckDBPyConnection, function: docs.Function, option: str, sql: str) -> bool:
    return f"audience: {function.name.removeprefix('audience.')}: {option} must be" in str(error_of(con, sql))


def ids(value) -> str:
    return getattr(value, "name", value)


@pytest.mark.parametrize("word", ["'last month'", "2025"])
@pytest.mark.parametrize("function, option", WORDS, ids=ids)
def test_a_word_is_no_date(shop, function: docs.Function, option: str, word: str) -> None:
    """Nor is it the default."""
    assert is_refused(shop, function, option, with_option(function, option, word))


@pytest.mark.parametrize("function, option", IN_PLACE, ids=ids)
def test_a_word_is_no_date_in_its_place(shop, function: docs.Function, option: str) -> None:
    dates = [name for name in re.split(r"\W+", function.parameters) if name in DATES]
    example = function.text("Example")
    if f"{option} := " in example:
        changed = re.sub(rf"{option} := DATE '[^']*'", f"{option} := 'last month'", example)
    else:
        found = list(re.finditer(r"(DATE )?'\d{4}-\d\d-\d\d'", example))[dates.index(option)]
        changed = example[: found.start()] + "'last month'" + example[found.end() :]
    assert is_refused(shop, function, option, changed), changed


@pytest.mark.parametrize("function, option", WHOLE, ids=ids)
def test_a_fraction_is_no_whole_number(shop, function: docs.Function, option: str) -> None:
    assert is_refused(shop, function, option, with_option(function, option, "2.5"))


@pytest.mark.parametrize("value", ["'no'", "1", "NULL"])
@pytest.mark.parametrize("function, option", SWITCHES, ids=ids)
def test_neither_true_nor_false(shop, function: docs.Function, option: str, value: str) -> None:
    assert is_refused(shop, function, option, with_option(function, option, value))


AMOUNTS = [function for function in FUNCTIONS if re.search(r"\bamount\b", function.parameters)]


@pytest.mark.parametrize("function", AMOUNTS, ids=lambda function: function.name)
def test_amounts_that_add_up_to_too_much(shop, function: docs.Function) -> None:
    example, call = function.text("Example"), docs.call_in(function, function.text("Example"))
    huge = example.replace(call, re.sub(r"\bamount\b(?! :=)", "1e308::DOUBLE", call))
    if re.search(r"\bamount :=", function.parameters):
        huge = with_option(function, "amount", "1e308::DOUBLE")
    assert huge != example
    assert (found := attempt(shop, function, huge)) is None, found


def test_the_sum_of_huge_amounts_is_refused_by_name(shop) -> None:
    """The cases above must be able to fail: these do not go through."""
    for name in ("customers", "lifecycle_stage", "rfm", "purchase_model", "cohorts", "lifecycle_history"):
        with pytest.raises(duckdb.Error, match=f"audience: {name}: amount adds up"):
            shop.execute(f"FROM audience.{name}('orders', customer_id, order_date, amount := 1e308::DOUBLE)").fetchall()
