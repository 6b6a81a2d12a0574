"""`make bench`: what the table functions cost, beside what an analyst would use instead.

    make bench                      10 M orders of 1 M customers
    make bench BENCH=--quick        1 M orders of 100,000 customers
    make bench BENCH=--analytics    functions over time and trigger rules, 10 M orders of 1 M customers
    make bench BENCH=--exports      exports of 1 M contacts, beside DuckDB's sha256
    make bench BENCH=--audiences    100 audiences of 1 M customers, as definitions and by hand
    make bench BENCH=--comparisons  audiences compared: 100 audiences of 1 M customers
    make bench BENCH=--alternatives window SQL, SQL as five tables, polars by hand, and packages, beside customers and rfm
    make bench BENCH=--growth       time and memory by customers and by orders per customer
    make bench BENCH=--versions     the quick run on every supported DuckDB
    make bench BENCH=--coverage     how often every interval holds the truth, in simulations
    make bench BENCH=--intent       purchase intent and recommendations, 10 M order lines, beside implicit
    make bench BENCH=--intent-accuracy      who finds the buyers, beside recommenders; needs no orders, see intent_accuracy.py
    make bench BENCH=--intent-age   how many buyers to expect of what is new; see intent_age.py
    make bench BENCH=--intent-seasons  whether what sold less a year ago sells less again; see intent_seasons.py
    make bench BENCH=--intent-cuts  how many buyers the ways to cut a list find; see intent_cuts.py
    make bench BENCH=--intent-money the revenue to expect of a category, beside what was spent; see intent_money.py
    make bench BENCH=--intent-coefficients  what each constant of purchase intent and of recommendations does
    make bench BENCH=--truth                who comes back, beside other models, on order logs that packages have
    make bench BENCH=--value-peers          customer values of PyMC-Marketing beside those of the extension, on CDNOW
    make bench BENCH=--cohorts              what cohorts spent, and what cohort_forecast had expected
    make bench BENCH=--lapse                who has lapsed and comes back all the same, on public order logs
    make bench BENCH=--order-value          which centre order values are best drawn to, on public order logs
    make bench BENCH=--instructions         instructions of each model, beside those stored; see instructions.py
    make bench BENCH=--replenishment        whether what is due is bought, on a supermarket's year, and 10 M order lines
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import duckdb

import audiences
import comparisons
from candidates import ANALYTICS, CANDIDATES, CUSTOMERS, FLOOR, HISTORY, Candidate
from data import EQUAL, IN_DATE_ORDER, IN_RANDOM_ORDER, SKEWED, order_table
from exports import CONTACTS, EXPORTS
from measure import EXTENSION, ROOT, compare, connect, cost, peak_megabytes

LIFETIMES_TARGET = 20

# What has a script of its own, with the environment in build/venv that it needs.
SCRIPTS = {
    **dict.fromkeys(["cohorts", "coverage", "instructions", "lapse", "order_value", "replenishment"], "tools"),
    **dict.fromkeys(["intent", "intent_accuracy", "intent_age", "intent_coefficients", "intent_cuts", "intent_money", "intent_seasons"], "intent"),
    "alternatives": "alternatives",
    "truth": "truth",
    "value_peers": "value",
}
FILES = {"cohorts": "cohort_accuracy.py", "intent": "intent_speed.py", "lapse": "lapse_accuracy.py", "order_value": "order_value_accuracy.py"}


def main() -> None:
    arguments = parse_arguments()
    if arguments.versions:
        return every_version()
    for kind, environment in SCRIPTS.items():
        if getattr(arguments, kind):
            script = Path(__file__).with_name(FILES.get(kind, f"{kind}.py"))
            subprocess.run([ROOT / f"build/venv/{environment}/bin/python", script, *["--store"] * arguments.store], check=True)
            return
    with connect() as con:
        threads = con.execute("SELECT current_setting('threads')").fetchone()[0]
    print(f"audience on DuckDB {duckdb.__version__} · {os.cpu_count()} cores, {threads} threads · "
          f"Python {platform.python_version()} · {platform.system()} {platform.machine()}")
    # In the working tree, because /tmp may be memory.
    (ROOT / "build").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=ROOT / "build") as directory:
        if arguments.growth:
            growth(Path(directory))
            return
        if arguments.audiences:
            by_definition()
            return
        if arguments.comparisons:
            comparisons.run(Path(directory), print_ratios)
            return
        if arguments.analytics:
            analytics(Path(directory))
            return
        if arguments.exports:
            exports(Path(directory))
            return
        customers, rounds = (100_000, 9) if arguments.quick else (1_000_000, 3)
        ratios(Path(directory), customers, rounds, IN_DATE_ORDER, memory=True)
        ratios(Path(directory), customers, rounds, IN_RANDOM_ORDER, memory=False)
        if not arguments.without_lifetimes:
            against_lifetimes(Path(directory))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--quick", action="store_true", help="1 M orders of 100,000 customers")
    kind.add_argument("--analytics", action="store_true", help="functions over time and trigger rules")
    kind.add_argument("--exports", action="store_true", help="exports of 1 M contacts")
    kind.add_argument("--alternatives", action="store_true", help="what a user would take instead")
    kind.add_argument("--audiences", action="store_true", help="audience definitions against conditions written by hand")
    kind.add_argument("--comparisons", action="store_true", help="100 audiences of 1 M customers")
    kind.add_argument("--growth", action="store_true", help="by customers and by orders per customer")
    kind.add_argument("--versions", action="store_true", help="the quick run on every DuckDB in build/venv")
    kind.add_argument("--coverage", action="store_true", help="how often the intervals hold the truth")
    kind.add_argument("--intent", action="store_true", help="purchase intent and recommendations, 10 M order lines, beside implicit")
    kind.add_argument("--intent-accuracy", action="store_true", help="purchase intent beside recommenders, on public order lines")
    kind.add_argument("--intent-age", action="store_true", help="how many buyers to expect of what is new, on public order lines")
    kind.add_argument("--intent-seasons", action="store_true", help="whether a season of a year ago comes again, on public sales")
    kind.add_argument("--intent-cuts", action="store_true", help="how many buyers the ways to cut a list find, on public order lines")
    kind.add_argument("--intent-money", action="store_true", help="the revenue to expect of a category, on public order lines")
    kind.add_argument("--intent-coefficients", action="store_true", help="the constants of purchase intent and of recommendations, each varied")
    kind.add_argument("--truth", action="store_true", help="who comes back, beside other models, on order logs that packages have")
    kind.add_argument("--value-peers", action="store_true", help="customer values of PyMC-Marketing beside those of the extension")
    kind.add_argument("--cohorts", action="store_true", help="what cohorts spent, and what was expected, on public order logs")
    kind.add_argument("--lapse", action="store_true", help="who lapsed and comes back, on public order logs")
    kind.add_argument("--order-value", action="store_true", help="the centre of order values, on public order logs")
    kind.add_argument("--replenishment", action="store_true", help="whether what is due is bought, and what it costs")
    kind.add_argument("--instructions", action="store_true", help="instructions of each model, by valgrind")
    parser.add_argument("--store", action="store_true", help="keep the counted instructions")
    parser.add_argument("--without-lifetimes", action="store_true")
    return parser.parse_args()


def every_version() -> None:
    for python in sorted((ROOT / "build/venv").glob("[0-9]*/bin/python")):
        subprocess.run([python, __file__, "--quick", "--without-lifetimes"], check=True)
        print()


def make_orders(directory: Path, customers: int, mean: int, counts: str, ordering: str) -> tuple[str, int]:
    """A database with the order table, and how many orders there are."""
    path = directory / "orders.duckdb"
    path.unlink(missing_ok=True)
    with duckdb.connect(str(path)) as con:
        con.execute(f"CREATE TABLE orders AS {order_table(customers, mean, counts, ordering)}")
        rows = con.execute("SELECT count(*) FROM orders").fetchone()[0]
    return str(path), rows


def ratios(directory: Path, customers: int, rounds: int, ordering: str, memory: bool) -> None:
    database, orders = make_orders(directory, customers, 10, SKEWED, ordering)
    order = "date order" if ordering == IN_DATE_ORDER else "random order"
    print(f"\n{orders:,} orders of {customers:,} customers in {order}; "
          f"floor: GROUP BY customer_id with count, min, max, sum; {rounds} rounds, each floor then candidate\n")
    print_ratios(database, FLOOR, CANDIDATES, rounds, memory)


def analytics(directory: Path) -> None:
    database, orders = make_orders(directory, 1_000_000, 10, SKEWED, IN_DATE_ORDER)
    print(f"\n{orders:,} orders of 1,000,000 customers in date order; floor: GROUP BY customer_id with count, min, max, sum\n")
    print_ratios(database, FLOOR, ANALYTICS, 3, memory=True)
    print("\n36 months; floor: audience.lifecycle_stage\n")
    print_ratios(database, CANDIDATES[0].query, [HISTORY], 2, memory=True)


def exports(directory: Path) -> None:
    database = str(directory / "contacts.duckdb")
    with duckdb.connect(database) as con:
        con.execute(CONTACTS.format(contacts=1_000_000))
    for floor, candidate in EXPORTS:
        print(f"\n1,000,000 contacts; floor: sha256(lower(trim(x))) over {floor.count('sha256')} columns; 5 rounds\n")
        print_ratios(database, floor, [candidate], 5, memory=False)


def by_definition() -> None:
    with connect() as con:
        con.execute("SET threads = 2")
        by_hand = audiences.prepare(con, 1_000_000)
        found = compare(con, by_hand, audiences.BY_DEFINITION.query, 5)
    print(f"\n{audiences.DEFINITIONS} audiences of 1,000,000 customers on 2 threads, members counted; floor: as many boolean columns by hand\n")
    low, high = found.spread()
    target = audiences.BY_DEFINITION.time_target
    print_table(["", "floor", "time", "ratio", "rounds", "CPU ratio", "target"], [
        [audiences.BY_DEFINITION.name, f"{found.floor_seconds():.3f} s", f"{found.seconds():.3f} s", f"{found.ratio():.2f}",
         f"{low:.2f} to {high:.2f}", f"{found.cpu_ratio():.2f}", verdict(found.ratio(), target)],
    ])


def print_ratios(database: str, floor: str, candidates: list[Candidate], rounds: int, memory: bool) -> None:
    floor_peak = peak_megabytes(database, floor) if memory else None
    rows = []
    with connect(database) as con:
        for candidate in candidates:
            print(f"measuring {candidate.name}", file=sys.stderr)
            found = compare(con, floor, candidate.query, rounds)
            low, high = found.spread()
            row = [candidate.name, f"{found.floor_seconds():.3f} s", f"{found.seconds():.3f} s",
                   f"{found.ratio():.2f}", f"{low:.2f} to {high:.2f}", f"{found.cpu_ratio():.2f}",
                   verdict(found.ratio(), candidate.time_target)]
            if floor_peak is not None:
                peak = peak_megabytes(database, candidate.query)
                row += [f"{floor_peak:,.0f} MB", f"{peak:,.0f} MB", f"{peak / floor_peak:.2f}",
                        verdict(peak / floor_peak, candidate.memory_target)]
            rows.append(row)
    header = ["", "floor", "time", "ratio", "rounds", "CPU ratio", "target"]
    if memory:
        header += ["floor peak", "peak", "ratio", "target"]
    print_table(header, rows)


def against_lifetimes(directory: Path) -> None:
    from lifetimes_peer import segment

    database, orders = make_orders(directory, 100_000, 10, SKEWED, IN_DATE_ORDER)
    with duckdb.connect(database, read_only=True) as con:
        frame = con.execute("SELECT customer_id, order_date::TIMESTAMP AS order_date, amount::DOUBLE AS amount FROM orders").df()
    with connect() as con:
        con.register("orders", frame)
        customers = lambda: con.execute(CUSTOMERS.query).df()
        customers()
        ours = statistics.median(cost(customers).seconds for _ in range(5))
    theirs = cost(lambda: segment(frame)).seconds
    print(f"\n{orders:,} orders of 100,000 customers, data frame in, data frame out; lifetimes runs once\n")
    print_table(["", "time", "times faster", "target"], [
        ["pandas + lifetimes", f"{theirs:.1f} s", "", ""],
        [CUSTOMERS.name, f"{ours:.3f} s", f"{theirs / ours:.0f}", mark(theirs / ours >= LIFETIMES_TARGET, f"≥ {LIFETIMES_TARGET}")],
    ])


def growth(directory: Path) -> None:
    by_customers = [(100_000, 5, SKEWED, 3), (1_000_000, 5, SKEWED, 3), (10_000_000, 5, SKEWED, 1)]
    by_orders = [(5_000_000 // orders, orders, EQUAL, 3) for orders in (1, 10, 100, 1000)]
    rows = []
    for customers, mean, counts, rounds in by_customers + by_orders:
        print(f"measuring {customers:,} customers with {mean:,} orders", file=sys.stderr)
        database, orders = make_orders(directory, customers, mean, counts, IN_DATE_ORDER)
        with connect(database) as con:
            found = compare(con, FLOOR, CUSTOMERS.query, rounds)
        floor_peak, peak = (peak_megabytes(database, query) for query in (FLOOR, CUSTOMERS.query))
        rows.append([f"{customers:,}", f"{orders:,}", f"{orders / customers:,.0f}",
                     f"{found.floor_seconds():.2f} s", f"{found.seconds():.2f} s", f"{found.ratio():.2f}", f"{found.cpu_ratio():.2f}",
                     f"{found.seconds() / orders * 1e9:,.0f} ns", f"{found.seconds() / customers * 1e6:,.2f} µs",
                     f"{floor_peak:,.0f} MB", f"{peak:,.0f} MB", f"{peak / customers * 2**20:,.0f} B"])
    print(f"\n{CUSTOMERS.name}, orders in date order\n")
    print_table(["customers", "orders", "each", "floor", "time", "ratio", "CPU ratio", "per order", "per customer",
                 "floor peak", "peak", "per customer"], rows)


def verdict(ratio: float, target: float | None) -> str:
    return "" if target is None else mark(ratio <= target, f"≤ {target:g}")


def mark(passed: bool, target: str) -> str:
    return f"{'✓' if passed else '✗'} {target}"


def print_table(header: list[str], rows: list[list[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    for cells in [header, ["─" * width for width in widths], *rows]:
        first, *rest = (cell.rjust(width) for cell, width in zip(cells, widths))
        print("  ".join([cells[0].ljust(widths[0]), *rest]), flush=True)


if __name__ == "__main__":
    main()
