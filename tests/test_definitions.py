"""Definitions in JSON, `audience_sql` and DuckDB's own WHERE give the same members, whatever the columns are and are called."""

import json
import random
import re
from datetime import date, timedelta

import duckdb
import pytest

AS_OF = date(2025, 6, 30)
ROWS = 3000
ROUNDS = 400
LABELS = ["Just Ordered", "Active", "Slipping Away", "Lost", "it's; --", "ü"]
TEXTS = ["", "a", "A", "ab", "aXb", "a%b", "a_b", "it's", '"', "'; DROP TABLE t; --", "ß", "ẞ", "İ", "i", "Σ", "ς", "日本", "z" * 40, "line\nbreak", "\\", "2025-01-01", "10"]
PATTERNS = ["%", "", "a%", "%b", "a_b", "%'%", "_", "__", "%a%b%", "%%", "A%", "ß", "%本", "z%z", "%_b", "_%", "i", "σ", "%\n%", "\\"]
UUIDS = [f"{n:032x}" for n in (0, 1, 2**127, 2**128 - 1, 0x123E4567E89B12D3A456426614174000)]
UUIDS = [f"{u[:8]}-{u[8:12]}-{u[12:16]}-{u[16:20]}-{u[20:]}" for u in UUIDS]
DAYS = [AS_OF + timedelta(days) for days in (-40000, -366, -91, -90, -89, -31, -30, -29, -1, 0, 1, 6, 7, 30, 400)]


def integers(bits: int, signed: bool) -> list[int]:
    low, high = (-(2 ** (bits - 1)), 2 ** (bits - 1) - 1) if signed else (0, 2**bits - 1)
    return [low, low + 1, 0, 1, 2, 3, 5, 100, high - 1, high]


# Columns by their types: their names, hostile ones among them, and values as SQL.
COLUMNS: dict[str, tuple[str, list[str]]] = {
    "b": ("BOOLEAN", ["true", "false"]),
    "TinyInt": ("TINYINT", [str(n) for n in integers(8, True)]),
    "small int": ("SMALLINT", [str(n) for n in integers(16, True)]),
    "select": ("INTEGER", [str(n) for n in integers(32, True)]),
    'big"int': ("BIGINT", [str(n) for n in integers(64, True) + [2**53, 2**53 + 1]]),
    "h'uge": ("HUGEINT", [str(n) for n in (-(2**100), -1, 0, 5, 2**64, 2**64 + 1, 10**30)]),
    "u1": ("UTINYINT", [str(n) for n in integers(8, False)]),
    "u2": ("USMALLINT", [str(n) for n in integers(16, False)]),
    "u4": ("UINTEGER", [str(n) for n in integers(32, False)]),
    "u8": ("UBIGINT", [str(n) for n in integers(64, False)]),
    "u16": ("UHUGEINT", [str(n) for n in (0, 1, 5, 2**64, 2**100)]),
    "f'; DROP TABLE t; --": ("FLOAT", ["nan", "inf", "-inf", "0.1", "-0.0", "0", "0.5", "100", "16777216", "-2.5"]),
    "double": ("DOUBLE", ["nan", "inf", "-inf", "0.1", "-0.0", "0", "0.5", "100", "1e300", "-2.5", "0.30000000000000004"]),
    "d4": ("DECIMAL(4, 1)", ["-999.9", "0", "0.1", "0.5", "2.5", "100", "999.9"]),
    "d9": ("DECIMAL(9, 2)", ["-1234567.89", "0", "0.01", "0.5", "2.5", "100"]),
    "d18": ("DECIMAL(18, 3)", ["-123456789012345.678", "0", "0.001", "0.5", "100"]),
    "d38": ("DECIMAL(38, 10)", ["-1234567890123456789012345678.9", "0", "0.0000000001", "0.5", "2.5", "100"]),
    "as_of": ("VARCHAR", []),
    "día": ("DATE", []),
    "ts": ("TIMESTAMP", []),
    "new\nline": ("TIMESTAMP_S", []),
    "ts_ms": ("TIMESTAMP_MS", []),
    "ts_ns": ("TIMESTAMP_NS", []),
    "tz": ("TIMESTAMPTZ", []),
    "stage": ("ENUM", []),
    "customer_id": ("UUID", []),
    "日本; --": ("VARCHAR", []),
}
NUMBERS = ["0", "1", "2", "5", "0.5", "0.1", "2.5", "100", "1e2", "-1", "-2.5", "0.05", "255", "127.5", "-128", "1000", "16777216"]
BIG_NUMBERS = [str(2**53 + 1), str(2**63 - 1), str(2**64), str(10**30), "9223372036854775808.5", "0.0000000001", "123456789012345.678"]


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def values(kind: str, listed: list[str]) -> list[str]:
    times = [f"{day} {time}" for day in DAYS for time in ("00:00:00", "00:00:01", "23:59:59")]
    match kind:
        case "VARCHAR":
            return [quoted(text) for text in TEXTS]
        case "ENUM":
            return [quoted(label) for label in LABELS]
        case "UUID":
            return [quoted(uuid) for uuid in UUIDS]
        case "DATE":
            return [quoted(str(day)) for day in DAYS] + ["'infinity'", "'-infinity'"]
        case "TIMESTAMPTZ":
            return [quoted(f"{time}+00") for time in times]
        case _ if kind.startswith("TIMESTAMP"):
            # DuckDB 1.4 cannot cast the infinity of other units to DATE.
            infinite = ["'infinity'", "'-infinity'"] if kind == "TIMESTAMP" else []
            return [quoted(time) for time in times if time > "1900"] + infinite
    return [quoted(value) for value in listed]


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


@pytest.fixture
def table(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A row per customer with a column of every type, a fifth of it NULL."""
    labels = ", ".join(map(quoted, LABELS))
    con.execute(f"CREATE TYPE stage AS ENUM ({labels}); SET TimeZone = 'America/New_York'")
    columns = []
    for number, (name, (kind, listed)) in enumerate(COLUMNS.items()):
        choices = ", ".join(values(kind, listed))
        size = len(values(kind, listed))
        one = f"[{choices}][1 + (hash(i * 64 + {number}) % {size})::INTEGER]"
        kind = "stage" if kind == "ENUM" else kind
        columns.append(f"CASE WHEN hash(i * 64 + {number} + 7777777) % 5 > 0 THEN ({one})::{kind} END AS {identifier(name)}")
    con.execute(f"CREATE TABLE t AS SELECT i AS id, {', '.join(columns)} FROM range({ROWS}) r(i)")
    return con


def number(text: str) -> str:
    """A number that `write` writes as it stands here; json would round it."""
    return f"number {text} number"


def write(one: dict) -> str:
    return re.sub(r'"number ([^ ]+) number"', r"\1", json.dumps(one, ensure_ascii=False))


def bound(chance: random.Random, kind: str) -> object:
    match kind:
        case "VARCHAR":
            return chance.choice(TEXTS)
        case "ENUM":
            return chance.choice(LABELS)
        case "UUID":
            return chance.choice([str.lower, str.upper])(chance.choice(UUIDS))
        case "DATE":
            return str(chance.choice(DAYS))
        case "TIMESTAMPTZ":
            return f"{chance.choice(DAYS)} 0{chance.randrange(10)}:00:00{chance.choice(['Z', '+02:00', '-11:30', '+02'])}"
        case _ if kind.startswith("TIMESTAMP"):
            day = chance.choice([day for day in DAYS if day.year > 1950])
            fraction = ".5" if kind not in ("TIMESTAMP_S",) and chance.random() < 0.3 else ""
            return chance.choice([str(day), f"{day} 00:00:01{fraction}", f"{day}T23:59:59", f"{day} 00:00", f"{day}T00:00"])
        case "BIGINT" | "HUGEINT" | "DECIMAL(38, 10)":
            return number(chance.choice(NUMBERS + BIG_NUMBERS))
        case "UHUGEINT":
            # DuckDB itself refuses to compare large ones with fractions or negative numbers.
            return number(chance.choice(["0", "1", "5", "100", str(2**64)]))
    return number(chance.choice(NUMBERS))


def condition(chance: random.Random) -> dict:
    name, (kind, _) = chance.choice(list(COLUMNS.items()))
    operators = ["=", "!=", "is_null"]
    if kind != "BOOLEAN":
        operators += ["<", "<=", ">", ">=", "between", "in", "in"]
    if kind in ("VARCHAR", "ENUM"):
        operators += ["like", "ilike"] * 2
    if kind != "TIMESTAMPTZ" and (kind.startswith("TIMESTAMP") or kind == "DATE"):
        operators += ["within_last_days", "at_least_days_ago", "within_next_days"] * 2
    operator = chance.choice(operators)
    match operator:
        case "is_null":
            value = chance.random() < 0.5
        case "between":
            value = [bound(chance, kind), bound(chance, kind)]
        case "in":
            value = [bound(chance, kind) for _ in range(chance.choice([1, 2, 3, 20]))]
        case "like" | "ilike":
            value = chance.choice(PATTERNS)
        case _ if operator.endswith(("days", "days_ago")):
            value = chance.choice([1, 7, 30, 90, 36525])
        case _:
            value = chance.random() < 0.5 if kind == "BOOLEAN" else bound(chance, kind)
    name = chance.choice([name, name.upper() if name.isascii() else name])
    return {"column": name, operator: value}


def definition(chance: random.Random, depth: int = 0) -> dict:
    kind = chance.choice(["condition", "condition", "all", "any", "not"]) if depth < 4 else "condition"
    match kind:
        case "all" | "any":
            return {kind: [definition(chance, depth + 1) for _ in range(chance.randint(1, 4))]}
        case "not":
            return {"not": definition(chance, depth + 1)}
    return condition(chance)


def ids(con: duckdb.DuckDBPyConnection, where: str, *parameters: object) -> list[int]:
    return [row[0] for row in con.execute(f"SELECT id FROM t WHERE {where} ORDER BY id", parameters).fetchall()]


def in_both_ways(con: duckdb.DuckDBPyConnection, one: dict) -> list[int]:
    text = write(one)
    (sql,) = con.execute("SELECT audience_sql(?, ?::DATE)", [text, AS_OF]).fetchone()
    found = ids(con, "matches(?, t, ?::DATE)", text, AS_OF)
    try:
        wanted = ids(con, sql)
    except duckdb.ConversionException as error:
        # DuckDB refuses numbers that together need more than 38 digits; matches compares them.
        assert re.search(r"to DECIMAL\(38|UINT128", str(error)), f"{text}\n{sql}\n{error}"
        return found
    assert found == wanted, f"{text}\n{sql}"
    return found


def test_every_operator_on_every_type(table: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(1)
    found = [len(in_both_ways(table, condition(chance))) for _ in range(ROUNDS * 2)]
    # The test could not fail if everybody, or nobody, were a member every time.
    assert sum(0 < size < ROWS for size in found) > ROUNDS


# One number in every type; those with all digits are what an analyst copies from a result.
NUMERIC = {
    "d": "probability",
    "f": "probability::FLOAT",
    "tiny": "probability * 1e-15",
    "big": "probability * 1e20",
    "ratio": "(revenue / 3)::FLOAT",
    "money": "revenue::DECIMAL(18, 2)",
    "fine": "probability::DECIMAL(38, 20)",
    "i": "(revenue * 1000)::INTEGER",
    "b": "(probability * 1e18)::BIGINT",
    "h": "(probability * 1e30)::HUGEINT",
}


def test_numbers_of_the_data_itself(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders(customers := 300)")
    con.execute("CREATE TABLE scored AS SELECT alive_probability AS probability, revenue FROM audience.customers('orders', customer_id, order_date, amount)")
    columns = ", ".join(f"{sql} AS {name}" for name, sql in NUMERIC.items())
    con.execute(f"CREATE TABLE t AS SELECT row_number() OVER () AS id, {columns} FROM scored")
    texts = {name: [text for (text,) in con.execute(f"SELECT DISTINCT {name}::VARCHAR FROM t ORDER BY 1").fetchall()] for name in NUMERIC}
    chance = random.Random(3)
    found = 0
    for name in NUMERIC:
        for operator in ["=", "!=", "<", "<=", ">", ">=", "between", "in"] * 12:
            source = chance.choice([name, name, chance.choice(list(NUMERIC))])
            one, other = (number(chance.choice(texts[source])) for _ in range(2))
            value = {"between": [one, other], "in": [one, other, number("0.5")]}.get(operator, one)
            found += 0 < len(in_both_ways(con, {"column": name, operator: value}))
    assert found > 500


@pytest.mark.once
def test_combinations_and_members(table: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(2)
    table.execute("CREATE TABLE definitions(name VARCHAR, definition JSON, description VARCHAR)")
    wanted = set()
    for index in range(ROUNDS):
        one, name = definition(chance), f"{chance.choice(TEXTS)} {index}"
        wanted |= {(name, member) for member in in_both_ways(table, one)}
        table.execute("INSERT INTO definitions VALUES (?, ?, 'any')", [name, write(one)])
        if index % 3 == 0:
            other = f"not {name}"
            table.execute("INSERT INTO definitions VALUES (?, ?, 'others')", [other, json.dumps({"not": {"audience": name}})])
            wanted |= {(other, member) for member in range(ROWS) if (name, member) not in wanted}
    assert table.execute("FROM audience.definition_check('definitions') WHERE severity = 'error'").fetchall() == []
    rows = table.execute("FROM audience.members('t', id, 'definitions', as_of := ?)", [AS_OF]).fetchall()
    assert set(rows) == wanted
    assert rows == sorted(rows, key=lambda row: (row[1], row[0].encode()))


# Rows whose columns DuckDB keeps as constants, dictionaries or sequences: the values must be read row by row all the same.
RELATIONS = {
    "a filtered table": "SELECT * FROM plain WHERE i % 7 = 3",
    "constants": "SELECT i, 'a text of more than twelve' AS s, 7 AS k FROM plain WHERE i % 11 = 0",
    "constant NULLs": "SELECT i, NULL::VARCHAR AS s, 7 AS k FROM plain",
    "an inner join": "SELECT plain.i, name AS s, names.j AS k FROM plain JOIN names ON plain.i % 5 = names.j",
    "a left join": "SELECT plain.i, name AS s, names.j AS k FROM plain LEFT JOIN names ON plain.i = names.j",
    "a cross join": "SELECT plain.i, name AS s, names.j AS k FROM plain CROSS JOIN names WHERE plain.i % 2 = 0",
    "a union of constants": "SELECT i, 'x' AS s, 1 AS k FROM plain UNION ALL SELECT i, 'y', 2 FROM plain",
    "few different texts": "SELECT i, CASE i % 3 WHEN 0 THEN 'a text of more than twelve' ELSE 'b' END AS s, k FROM plain",
    "a sequence": "SELECT range AS i, 'x' AS s, 4 AS k FROM range(5000)",
    "an aggregate": "SELECT i % 2000 AS i, max(s) AS s, 1 AS k FROM plain GROUP BY 1",
    "a sorted table": "SELECT * FROM (FROM plain ORDER BY hash(i)) WHERE i % 2 = 0",
    "a slice": "FROM plain LIMIT 5000 OFFSET 77",
    "an unnested list": "SELECT unnest([i, i + 1]) AS i, s, k FROM plain",
}
STRUCTS = {
    "packed": "struct_pack(i := r.i, s := r.s, k := 7)",
    "one of two": "CASE WHEN r.i % 2 = 0 THEN struct_pack(i := r.i, s := 'x', k := 7) ELSE struct_pack(i := 7, s := r.s, k := r.k) END",
    "often NULL": "CASE WHEN r.i % 2 = 0 THEN struct_pack(i := r.i, s := r.s, k := r.k) END",
    "within a STRUCT": "{inside: {i: r.i, s: r.s, k: 1}}.inside",
}
ANY = {"any": [{"column": "i", "between": [100, 900]}, {"column": "s", "like": "%2%"}, {"column": "s", "in": ["x", "a text of more than twelve"]}, {"column": "k", "is_null": True}]}


@pytest.mark.parametrize("relation", RELATIONS)
def test_vectors_of_every_kind(con: duckdb.DuckDBPyConnection, relation: str) -> None:
    con.execute("CREATE TABLE plain AS SELECT i, i || ' with a longer text' AS s, CASE WHEN i % 3 > 0 THEN i END AS k FROM range(10000) t(i)")
    con.execute("CREATE TABLE names AS SELECT i AS j, 'name ' || i || ' with a longer text' AS name FROM range(5) t(i)")
    con.execute(f"CREATE VIEW relation AS {RELATIONS[relation]}")
    text = json.dumps(ANY)
    (sql,) = con.execute("SELECT audience_sql(?)", [text]).fetchone()
    count = "SELECT count(*) FILTER (matches(?, r, current_date)), count(*) FILTER ({}), count(*) FROM relation AS r"
    found, wanted, rows = con.execute(count.format(sql), [text]).fetchone()
    assert found == wanted and 0 < found <= rows
    for struct in STRUCTS.values():
        both = f"""
            SELECT count(*) FILTER (matches(?, one, current_date) IS DISTINCT FROM CASE WHEN one IS NOT NULL THEN coalesce(({sql}), false) END)
            FROM (SELECT one, one.i AS i, one.s AS s, one.k AS k FROM (SELECT {struct} AS one FROM relation AS r))"""
        assert con.execute(both, [text]).fetchone() == (0,), struct


def test_a_value_of_a_row_is_never_in_an_error(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE TABLE people AS SELECT i AS customer_id, 'secret@example.org' AS email, 4711.0815 AS salary FROM range(3) r(i)")
    for wrong in ('{"column": "email", "=": 5}', '{"column": "salary", "like": "x"}', '{"column": "salry", "=": 5}', '{"column": "email", "within_last_days": 5}'):
        con.execute("CREATE OR REPLACE TABLE definitions AS SELECT 'a' AS name, ? AS definition", [wrong])
        for call in ("SELECT * FROM audience.members('people', customer_id, 'definitions')", "SELECT matches(definition, p, current_date) FROM people AS p, definitions"):
            with pytest.raises(duckdb.Error) as error:
                con.execute(call).fetchall()
            assert "secret" not in str(error.value) and "4711" not in str(error.value)


@pytest.mark.parametrize("name", ["'; DROP TABLE t; --", 'a "quoted" name', "ünï\ncode", "a\tb"])
def test_hostile_audience_names(con: duckdb.DuckDBPyConnection, name: str) -> None:
    con.execute("CREATE TABLE t AS SELECT 1 AS customer_id; CREATE TABLE definitions(name VARCHAR, definition VARCHAR)")
    con.execute("INSERT INTO definitions VALUES (?, ?)", [name, '{"column": "customer_id", "=": 1}'])
    con.execute("INSERT INTO definitions VALUES ('other', ?)", [json.dumps({"audience": name})])
    assert sorted(con.execute("FROM audience.members('t', customer_id, 'definitions')").fetchall()) == sorted([(name, 1), ("other", 1)])
    con.execute("CREATE TABLE members AS FROM audience.members('t', customer_id, 'definitions')")
    (sql,) = con.execute("SELECT audience_sql(definition) FROM definitions WHERE name = 'other'").fetchone()
    assert con.execute(f"SELECT customer_id FROM t WHERE {sql}").fetchall() == [(1,)]
