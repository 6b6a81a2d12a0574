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


def attempt(con: duckdb.DuckDBPyConnection, function: docs.Function, sql: str) -> str | None:
    try:
        con.execute(sql).fetchall()
    except duckdb.Error as error:
        flaw = flaws(function, error)
        return flaw and f"{sql}\n{flaw}"
    return None


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


AMOUNTS = [function for function in FUNCTIONS if re.search(r"\bamount\b", function.parameters)]


@pytest.mark.parametrize("function", AMOUNTS, ids=lambda function: function.name)
def test_amounts_that_add_up_to_too_much(shop, function: docs.Function) -> None:
    huge = re.sub(r"\bamount\b(?! :=)", "1e308::DOUBLE", function.text("Example"))
    assert (found := attempt(shop, function, huge)) is None, found


def test_the_sum_of_huge_amounts_is_refused_by_name(shop) -> None:
    """The cases above must be able to fail: these do not go through."""
    for name in ("customers", "lifecycle_stage", "rfm", "purchase_model", "cohorts", "lifecycle_history"):
        with pytest.raises(duckdb.Error, match=f"audience: {name}: amount adds up"):
            shop.execute(f"FROM audience.{name}('orders', customer_id, order_date, amount := 1e308::DOUBLE)").fetchall()
