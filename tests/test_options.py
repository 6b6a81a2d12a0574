"""Options of another type than is meant: each gets an error that names the function and the argument, and none is DuckDB's own
about a part of the query that nobody wrote."""

import re

import duckdb
import pytest

import plans
import support

# What an analyst might write: a word, a list, and a negative number.
VALUES = ("'wrong'", "['text']", "-1")
# Relations, whose name DuckDB does not find, or says that it is none; and STRUCTs, whose type is the analyst's.
OTHERS = {"definitions", "orders", "interests", "lines", "rules", "log", "members", "properties", "grid", "model", "models", "since_model", "until_model", "shop", "seed"}


@pytest.fixture(scope="module")
def con(extension_path):
    with support.connect() as connection:
        plans.prepare(connection)
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
