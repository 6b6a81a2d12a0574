"""Definitions that ask about products agree with audience.bought, audience.interested_in and the SQL that audience_sql writes."""

import json
import random

import duckdb
import plans
import pytest

AS_OF = "DATE '2025-06-30'"
LINES = "lines := 'lines', line_customer_id := customer_id, line_date := order_date, product := product_id"
CONDITIONS = {
    "category = 'Tents'": {"category": "Tents"},
    "category IN ('Tents', 'Wine')": {"category": ["Tents", "Wine"]},
    "category = 'Socks' AND brand = 'Nordlicht'": {"brand": "Nordlicht", "category": "Socks"},
    "keyword(product_name, 'tent -play')": {"product_name": {"keyword": "tent -play"}},
    "product_name LIKE '%o%' AND amount BETWEEN 10 AND 60": {"product_name": {"like": "%o%"}, "amount": {"between": [10, 60]}},
    "brand IS NULL": {"brand": {"is_null": True}},
    "quantity > 1": {"QUANTITY": {">": 1}},
    "order_date::DATE BETWEEN DATE '2025-06-30' - 89 AND DATE '2025-06-30'": {"order_date": {"within_last_days": 90}},
}


@pytest.fixture
def shop(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Lines with gaps in every column and hours in their days, and customers of whom some have no line."""
    con.execute("""
        CREATE TABLE lines AS
        SELECT CASE WHEN hash(i, 1) % 50 > 0 THEN customer_id END AS customer_id, CASE WHEN hash(i, 2) % 50 > 0 THEN order_date + INTERVAL 17 HOUR END AS order_date,
               CASE WHEN hash(i, 3) % 50 > 0 THEN product_id END AS product_id, product_name, CASE WHEN hash(i, 4) % 20 > 0 THEN category END AS category,
               CASE WHEN hash(i, 5) % 3 > 0 THEN if(hash(product_id) % 2 = 0, 'Nordlicht', 'Acme') END AS brand, quantity, amount
        FROM (SELECT *, row_number() OVER () AS i FROM audience.demo_lines(customers := 600));
        CREATE TABLE people AS SELECT i AS customer_id, i % 3 AS third FROM range(100, 900) r(i);""")
    return con


def define(con: duckdb.DuckDBPyConnection, definitions: dict[str, dict]) -> None:
    con.execute("CREATE OR REPLACE TABLE definitions(name VARCHAR, definition JSON)")
    con.executemany("INSERT INTO definitions VALUES (?, ?)", [(name, json.dumps(one)) for name, one in definitions.items()])


def members(con: duckdb.DuckDBPyConnection) -> dict[str, set]:
    found: dict[str, set] = {}
    for name, customer in con.execute(f"FROM audience.members('people', customer_id, 'definitions', as_of := {AS_OF}, {LINES})").fetchall():
        found.setdefault(name, set()).add(customer)
    return found


def ids(con: duckdb.DuckDBPyConnection, query: str) -> set:
    return {customer for (customer,) in con.execute(f"SELECT customer_id FROM {query}").fetchall()}


def test_bought_is_what_bought_and_sql_say(shop: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(5)
    definitions, wanted = {}, {}
    for index in range(60):
        sql, set_of = chance.choice(list(CONDITIONS.items()))
        at_least, days = chance.choice([1, 1, 2, 3]), chance.choice([None, 1, 30, 365, 36525])
        asked = set_of | ({"at_least": at_least} if at_least > 1 else {}) | ({"within_days": days} if days else {})
        since = f", since := {AS_OF} - {days - 1}" if days else ""
        name, bought = f"{index}", f"audience.bought('lines', customer_id, order_date, {sql}, as_of := {AS_OF}, at_least := {at_least}{since}) WHERE bought"
        definitions[name], wanted[name] = {"bought": asked}, ids(shop, bought) & ids(shop, "people")
        definitions[f"not {name}"], wanted[f"not {name}"] = {"not_bought": asked}, ids(shop, "people") - wanted[name]
        definitions[f"both {name}"] = {"all": [{"audience": name}, {"column": "third", "=": 1}]}
        wanted[f"both {name}"] = wanted[name] & ids(shop, "people WHERE third = 1")
    define(shop, definitions)
    assert shop.execute("FROM audience.definition_check('definitions')").fetchall() == []
    found = members(shop)
    for name in definitions:
        assert found.get(name, set()) == wanted[name], definitions[name]
    assert sum(0 < len(found.get(str(index), ())) < 500 for index in range(60)) > 30
    for name, sql in shop.execute(f"SELECT name, audience_sql(definition, {AS_OF}) FROM definitions WHERE name NOT LIKE 'both%'").fetchall():
        assert ids(shop, f"people WHERE {sql}") == wanted[name], sql


def test_interest_is_what_interested_in_says(shop: duckdb.DuckDBPyConnection) -> None:
    """Also where a line belongs to several sets. The ranks are those among the customers who have a row."""
    definitions, wanted = {}, {}
    for sql, set_of in list(CONDITIONS.items())[:4]:
        call = f"audience.interested_in('lines', customer_id, order_date, product_id, {sql}, as_of := {AS_OF})"
        ranked = shop.execute(f"SELECT customer_id, probability FROM {call} SEMI JOIN people USING (customer_id) ORDER BY rank").fetchall()
        definitions |= {f"top {sql}": {"interested_in": set_of, "top": 40}, f"half {sql}": {"interested_in": set_of, "buyers": 0.5}}
        wanted[f"top {sql}"] = {customer for customer, _ in ranked[:40]}
        total, sum_, half = sum(probability for _, probability in ranked), 0.0, set()
        for customer, probability in ranked:
            sum_ += probability
            half |= {customer} if sum_ - probability < total / 2 else set()
        wanted[f"half {sql}"] = half
        definitions[f"new {sql}"] = {"all": [{"audience": f"top {sql}"}, {"not_bought": set_of}]}
        buyers = ids(shop, f"audience.bought('lines', customer_id, order_date, {sql}, as_of := {AS_OF}) WHERE bought")
        wanted[f"new {sql}"] = wanted[f"top {sql}"] - buyers
    define(shop, definitions)
    found = members(shop)
    for name in definitions:
        assert found.get(name, set()) == wanted[name], name


@pytest.mark.parametrize("kind", ["customer_id::VARCHAR", "customer_id::HUGEINT", "{'id': customer_id}", "[customer_id]"])
def test_keys_of_any_type(shop: duckdb.DuckDBPyConnection, kind: str) -> None:
    define(shop, {"tents": {"bought": {"category": "Tents"}}, "wine": {"interested_in": {"category": "Wine"}, "top": 7}})
    plain = members(shop)
    shop.execute(f"CREATE OR REPLACE TABLE people AS SELECT {kind} AS customer_id, customer_id AS number FROM people")
    shop.execute(f"CREATE OR REPLACE TABLE lines AS SELECT * REPLACE ({kind} AS customer_id) FROM lines WHERE customer_id IS NOT NULL")
    call = f"audience.members('people', customer_id, 'definitions', as_of := {AS_OF}, {LINES})"
    found = shop.execute(f"SELECT audience, number FROM {call} JOIN people USING (customer_id)").fetchall()
    # Equal scores are in the order of the keys.
    assert {number for name, number in found if name == "tents"} == plain["tents"]
    assert sum(name == "wine" for name, _ in found) == 7


def test_keys_that_cannot_be_compared_are_refused(shop: duckdb.DuckDBPyConnection) -> None:
    define(shop, {"tents": {"bought": {"category": "Tents"}}})
    texts = LINES.replace("= customer_id", "= 'c' || customer_id")
    with pytest.raises(duckdb.Error, match="customers and lines must have a customer_id of the same type, got BIGINT and VARCHAR"):
        shop.execute(f"FROM audience.members('people', customer_id, 'definitions', {texts})").fetchall()


def test_strange_columns_and_days(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("""
        CREATE TABLE people AS SELECT 1 AS customer_id;
        CREATE TABLE lines AS SELECT 1 AS customer_id, d AS order_date, 'p' AS product_id, [1] AS definitions, {'a': 1} AS checked, 'x' AS product, 3 AS filter, 'it''s' AS "odd ""name"
        FROM unnest([DATE '5877642-06-25 (BC)', DATE '5881580-07-10', DATE '2025-06-30', NULL, DATE 'infinity']) u(d)""")
    define(con, {"odd": {"bought": {'odd "name': "it's", "filter": 3, "product": "x", "definitions": {"is_null": False}}}, "all": {"bought": {"filter": 3, "at_least": 2, "within_days": 36525}}})
    for as_of, wanted in (("2025-06-30", {"odd"}), ("5881580-07-10", {"odd"}), ("5877642-06-25 (BC)", {"odd"})):
        found = con.execute(f"SELECT audience FROM audience.members('people', customer_id, 'definitions', as_of := DATE '{as_of}', {LINES})").fetchall()
        assert {name for (name,) in found} == wanted
    define(con, {"list": {"bought": {"definitions": 1}}})
    with pytest.raises(duckdb.Error, match=r"definition \"list\", \$.bought.definitions: of the order lines, column \"definitions\" is of a type"):
        members(con)


def test_too_many_interests(shop: duckdb.DuckDBPyConnection) -> None:
    define(shop, {str(number): {"interested_in": {"quantity": number}, "top": 1} for number in range(1001)})
    with pytest.raises(duckdb.Error, match="audience: members: definitions must ask for interest in at most 1000 sets of products, got 1001"):
        members(shop)


def test_no_relation_is_read_twice(shop: duckdb.DuckDBPyConnection) -> None:
    shop.execute("CREATE TABLE definitions(name VARCHAR, definition VARCHAR)")
    plan = plans.explained(shop, f"FROM audience.members('people', customer_id, 'definitions', {LINES})")
    scans = [node["extra_info"].get("Table", "").split(".")[-1] for _, node in plans.walk(plan) if "SCAN" in node["name"]]
    assert sorted(table for table in scans if table) == ["definitions", "lines", "people"]
