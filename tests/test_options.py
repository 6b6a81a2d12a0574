"""Options of another type than is meant: each gets an error that names the function and the argument, and none is DuckDB's own
about a part of the query that nobody wrote."""

import re

import duckdb
import pytest

import plans
import support

# What an analyst might write: a word, a list, and a negative number.
VALUES = ("'wrong'", "['text']", "-1")
# STRUCTs that other functions give, and what an analyst might give instead: also another one, or the right one as a text.
STRUCTS = {"model", "models", "since_model", "until_model", "shop"}
WRONG = (
    *("'wrong'", "''", "7", "true", "DATE '2024-01-01'", "['text']", "{'a': 1}", "'{\"a\": 1}'::JSON", "'[]'::JSON"),
    *(f"(SELECT {value} FROM {relation})" for relation, value in {"fitted": "fitted", "saved": "to_json(shop)", "learned": "to_json(model)", "periods_fitted": "models::JSON"}.items()),
    *("(SELECT shop::VARCHAR FROM saved)", "(SELECT models::VARCHAR FROM periods_fitted)", "(SELECT model::VARCHAR FROM learned)"),
)
# Relations, whose name DuckDB does not find, or says that it is none; and STRUCTs, whose type is the analyst's.
OTHERS = {"definitions", "orders", "interests", "lines", "rules", "log", "members", "properties", "grid", "seed"} | STRUCTS


@pytest.fixture(scope="module")
def con(extension_path):
    with support.connect() as connection:
        plans.prepare(connection)
        connection.execute("""
            CREATE TABLE fitted AS FROM audience.purchase_model('orders', customer_id, order_date, amount);
            CREATE TABLE periods_fitted AS FROM audience.period_models('periods')""")
        yield connection


def parameters(con: duckdb.DuckDBPyConnection, function: str) -> list[str]:
    found = con.execute("SELECT parameters FROM duckdb_functions() WHERE database_name = 'audience' AND schema_name = 'main' AND function_name = ?", [function])
    return found.fetchone()[0]


@pytest.mark.parametrize("function", sorted(plans.CALLS))
def test_an_option_of_another_type(con: duckdb.DuckDBPyConnection, function: str) -> None:
    call = plans.CALLS[function]
    given = set(re.findall(r"(\w+) :=", call))
    for parameter in parameters(con, function):
        if parameter in given | OTHERS:
            continue
        for value in VALUES:
            try:
                con.execute(f"SELECT count(*) FROM audience.{function}({call}, {parameter} := {value})").fetchall()
            except duckdb.Error as error:
                text = str(error)
                # What is given by its place cannot be given by its name as well.
                is_placed = "multiple values" in text or "does not support the supplied arguments" in text
                assert is_placed or f"audience: {function}: " in text, f"{parameter} := {value}: {text}"


# What else a call needs for its STRUCT to be looked at.
BESIDES = {
    "since_model": "until_model := (SELECT model FROM fitted)",
    "until_model": "since_model := (SELECT model FROM fitted)",
    "models": "since := DATE '2024-01-01', until := DATE '2024-12-31'",
}


@pytest.mark.parametrize("function", sorted(plans.CALLS))
def test_a_struct_of_another_type(con: duckdb.DuckDBPyConnection, function: str) -> None:
    """Such as the right one from a CSV, where it is a text, or from Postgres, where it is JSON."""
    known = parameters(con, function)
    for parameter in STRUCTS.intersection(known):
        call = re.sub(rf", {parameter} := \(SELECT \w+ FROM \w+\)", "", plans.CALLS[function])
        if parameter in BESIDES:
            call += f", {BESIDES[parameter]}"
        elif "as_of" in known and "_part" not in function:
            call += ", as_of := DATE '2024-12-31'"
        for value in WRONG:
            with pytest.raises(duckdb.Error) as error:
                con.execute(f"SELECT count(*) FROM audience.{function}({call}, {parameter} := {value})").fetchall()
            assert re.search(rf"audience: {function}: {parameter if parameter != 'until_model' else '(since|until)_model'}\b", str(error.value)), f"{parameter} := {value}: {error.value}"
