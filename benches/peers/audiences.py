"""A hundred audiences of a million customers, as definitions and as a hundred boolean columns written by hand."""

import json

import duckdb

from candidates import Candidate

# The members are counted either way.
BY_DEFINITION = Candidate(
    "audience.members",
    "SELECT audience, count(*) AS members FROM audience.members('people', customer_id, 'definitions', as_of := DATE '2025-06-30') GROUP BY audience",
    3,
)
DEFINITIONS = 100

STAGES = ("Just Ordered", "Active", "Slipping Away", "Lost")
COUNTRIES = ("IT", "FR", "DE", "ES", "SE", "DK", "PL", "GB")


def people(customers: int) -> str:
    """A row per customer like that of audience.customers beside attributes of the shop's own; some are NULL."""
    stages = ", ".join(f"'{stage}'" for stage in STAGES)
    countries = ", ".join(f"'{country}'" for country in COUNTRIES)
    return f"""
    SELECT c AS customer_id,
           [{stages}][1 + (hash(c * 7) % 4)::INTEGER]::audience.lifecycle_stage AS lifecycle_stage,
           1 + (hash(c * 11) % 20)::INTEGER AS purchases,
           (hash(c * 13) % 100000) / 100.0 AS revenue,
           (hash(c * 17) % 1000) / 1000.0::DOUBLE AS return_probability,
           CASE WHEN hash(c * 19) % 10 > 0 THEN DATE '2025-06-30' - (hash(c * 23) % 900)::INTEGER END AS last_order_date,
           [{countries}][1 + (hash(c * 29) % 8)::INTEGER] AS country,
           hash(c * 31) % 3 > 0 AS subscribed,
           'person' || c || '@' || ['gmail.com', 'example.org', 'mail.example'][1 + (hash(c * 37) % 3)::INTEGER] AS email
    FROM range({customers}) r(c)"""


def definition(number: int) -> dict:
    """Two to four conditions, of which some are shared, as in a marketing team's list."""
    column = lambda name, operator, value: {"column": name, operator: value}
    parts = [
        column("lifecycle_stage", "=", STAGES[number % 4]),
        column("revenue", ">=", 100 + 7 * number) if number % 2 else column("purchases", "between", [2, 3 + number % 7]),
    ]
    if number % 3 == 0:
        parts.append({"any": [column("country", "in", list(COUNTRIES[number % 5 : number % 5 + 3])), column("return_probability", ">", 0.9)]})
    if number % 3 == 1:
        parts.append(column("last_order_date", "within_last_days", 30 + 5 * number))
    if number % 5 == 0:
        parts.append({"not": column("subscribed", "=", False)})
    if number % 10 == 9:
        parts.append(column("email", "like", "%@gmail.com"))
    return {"all": parts}


def prepare(con: duckdb.DuckDBPyConnection, customers: int) -> str:
    """Makes the tables, and gives the query by hand."""
    con.execute(f"CREATE TABLE people AS {people(customers)}")
    con.execute("CREATE TABLE definitions(name VARCHAR, definition VARCHAR)")
    con.executemany("INSERT INTO definitions VALUES (?, ?)", [(f"audience {i:03}", json.dumps(definition(i))) for i in range(DEFINITIONS)])
    rows = con.execute("SELECT audience_sql(definition, DATE '2025-06-30') FROM definitions ORDER BY name").fetchall()
    columns = ", ".join(f"({condition}) AS a{i}" for i, (condition,) in enumerate(rows))
    # Twice as fast as count(*) FILTER (a).
    counts = ", ".join(f"sum(a{i}) AS a{i}" for i in range(len(rows)))
    return f"SELECT {counts} FROM (SELECT {columns} FROM people)"
