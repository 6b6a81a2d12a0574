"""Segments behind a BI tool: connect with SQLAlchemy and duckdb-engine, as Superset does, and run two charts.

usage: superset_sqlalchemy.py EXTENSION [DATABASE]

In Superset itself, the URI of the database is `duckdb:////path/to/shop.duckdb`, and the engine parameters under
"Advanced, Other" are

    {"connect_args": {"config": {"allow_unsigned_extensions": true},
                      "preload_extensions": ["'/path/to/audience.duckdb_extension'"]}}

A program of its own can load the extension on the pool's connect event, as below.
"""

import sys

from sqlalchemy import Engine, create_engine, event, text

SEGMENTS = "FROM audience.customers('orders', customer_id, order_date, amount, filter := status = 'completed')"

# Superset wraps the SQL of a data set, groups by the chart's dimension and limits the rows.
CHART = f"""
    SELECT lifecycle_stage AS lifecycle_stage, count(*) AS customers, round(sum(customer_value)) AS "SUM(customer_value)"
    FROM (SELECT * {SEGMENTS}) AS virtual_table
    GROUP BY lifecycle_stage
    ORDER BY lifecycle_stage
    LIMIT 1000"""

# A view is a data set as well. It holds no rows, so it is always up to date.
VIEW = f"CREATE OR REPLACE VIEW segments AS {SEGMENTS}"
CHART_OF_VIEW = """
    SELECT importance_tier AS importance_tier, round(avg(return_probability), 2) AS "AVG(return_probability)"
    FROM segments
    WHERE lifecycle_stage IN ('Just Ordered', 'Active', 'Slipping Away')
    GROUP BY importance_tier
    ORDER BY importance_tier
    LIMIT 1000"""


def connect(extension: str, database: str = ":memory:") -> Engine:
    """An engine whose every connection has the extension loaded."""
    engine = create_engine(f"duckdb:///{database}", connect_args={"config": {"allow_unsigned_extensions": True}})

    @event.listens_for(engine, "connect")
    def load(connection, _record) -> None:
        connection.execute(f"LOAD '{extension}'")

    return engine


def main(extension: str, database: str = ":memory:") -> None:
    engine = connect(extension, database)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE IF NOT EXISTS orders AS FROM audience.demo_orders()"))
        connection.execute(text(VIEW))
    with engine.connect() as connection:
        for chart in (CHART, CHART_OF_VIEW):
            result = connection.execute(text(chart))
            print(*result.keys(), sep="\t")
            for row in result:
                print(*row, sep="\t")
            print()
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
