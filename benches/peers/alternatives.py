"""`make bench BENCH=--alternatives`: what a user would take instead of `customers` and `rfm`, side by side in one run: the SQL of
window_functions.sql, the same as a project of tables that read each other (dbt_style.sql), polars with the formulas by hand, and two
packages. Only PyMC-Marketing has a purchase model.

The queries read a table and store one; the others read and give what is in memory, which is to their advantage. CPU is that of all threads,
the least of the rounds, which take turns.
"""

import os
import tempfile
from pathlib import Path
from typing import Callable

os.environ.setdefault("POLARS_MAX_THREADS", "2")

import duckdb  # noqa: E402
import polars  # noqa: E402

from candidates import CANDIDATES, FLOOR  # noqa: E402
from data import IN_DATE_ORDER, SKEWED, order_table  # noqa: E402
from measure import ROOT, connect, cost, materialise  # noqa: E402
from packages_peer import MODEL, RFM, expected_purchases, rfm_scores, transactions  # noqa: E402
from polars_peer import segment  # noqa: E402
from run import print_table  # noqa: E402

CUSTOMERS = int(os.environ.get("BENCH_CUSTOMERS", 100_000))
ROUNDS = 3
OURS = ("audience.customers", "audience.rfm", "hand-written window SQL")


def main() -> None:
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as directory:
        database = str(Path(directory) / "orders.duckdb")
        with duckdb.connect(database) as con:
            con.execute(f"CREATE TABLE orders AS {order_table(CUSTOMERS, 10, SKEWED, IN_DATE_ORDER)}")
        with connect(database) as con:
            con.execute("SET threads = 2")
            orders = con.execute("SELECT count(*) FROM orders").fetchone()[0]
            customers = con.execute("SELECT count(DISTINCT customer_id) FROM orders").fetchone()[0]
            table = con.execute("SELECT customer_id, order_date, amount::DOUBLE AS amount FROM orders").df()
            rows = transactions(table)
            columns = con.execute("SELECT customer_id, order_date, amount::DOUBLE AS amount FROM orders").fetchnumpy()
            frame = polars.DataFrame(columns).with_columns(polars.col("order_date").cast(polars.Date))
            dbt = (Path(__file__).parent / "dbt_style.sql").read_text()
            actions: dict[str, Callable[[], object]] = {
                "floor": lambda: materialise(con, FLOOR),
                **{name: lambda query=query: materialise(con, query) for name, query in queries()},
                "SQL as five tables (dbt)": lambda: con.execute(dbt),
                "polars by hand": lambda: segment(frame),
                RFM: lambda: rfm_scores(rows, customers),
                MODEL: lambda: expected_purchases(table, customers),
            }
            for action in actions.values():
                action()
            costs = [[cost(action) for action in actions.values()] for _ in range(ROUNDS)]
    cpu = [min(each.cpu_seconds for each in column) for column in zip(*costs)]
    seconds = [min(each.seconds for each in column) for column in zip(*costs)]
    print(f"{orders:,} orders of {CUSTOMERS:,} customers; least of {ROUNDS} rounds\n")
    rows = [[name, f"{used:.2f} s", f"{used / cpu[0]:.2f}", f"{passed:.2f} s"] for name, used, passed in zip(actions, cpu, seconds)]
    print_table(["", "CPU", "CPU ratio", "time"], rows)


def queries() -> list[tuple[str, str]]:
    return [(candidate.name, candidate.query) for candidate in CANDIDATES if candidate.name in OURS]


if __name__ == "__main__":
    main()
