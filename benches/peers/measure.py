"""Time and memory of queries, always beside the floor: ratios are comparable only within one run."""

import gc
import multiprocessing
import os
import statistics
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Callable

import duckdb

ROOT = Path(__file__).resolve().parents[2]
EXTENSION = Path(os.environ.get("AUDIENCE_EXTENSION", ROOT / "build/release/audience.duckdb_extension"))


@dataclass(frozen=True)
class Cost:
    seconds: float
    # Of all threads. On a busy machine the fairer number.
    cpu_seconds: float


@dataclass(frozen=True)
class Comparison:
    floor: list[Cost]
    candidate: list[Cost]

    def seconds(self) -> float:
        return statistics.median(cost.seconds for cost in self.candidate)

    def floor_seconds(self) -> float:
        return statistics.median(cost.seconds for cost in self.floor)

    def ratio(self) -> float:
        return self.seconds() / self.floor_seconds()

    def cpu_ratio(self) -> float:
        candidate, floor = ([cost.cpu_seconds for cost in costs] for costs in (self.candidate, self.floor))
        return statistics.median(candidate) / statistics.median(floor)

    def spread(self) -> tuple[float, float]:
        """The smallest and the largest ratio of any round."""
        ratios = [mine.seconds / other.seconds for mine, other in zip(self.candidate, self.floor)]
        return min(ratios), max(ratios)


def connect(database: str = ":memory:") -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(database, read_only=database != ":memory:", config={"allow_unsigned_extensions": True})
    con.execute(f"LOAD '{EXTENSION}'")
    con.execute("SET enable_progress_bar = false")
    return con


def materialise(con: duckdb.DuckDBPyConnection, query: str) -> None:
    """Computes every column of every row."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE __result AS {query}")


def cost(action: Callable[[], object]) -> Cost:
    gc.collect()
    cpu, wall = time.process_time(), time.perf_counter()
    action()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def compare(con: duckdb.DuckDBPyConnection, floor: str, candidate: str, rounds: int) -> Comparison:
    """Floor, candidate, floor, candidate … after a warm-up, so that both meet the same disturbances."""
    queries = (floor, candidate)
    for query in queries:
        materialise(con, query)
    costs = [[cost(lambda: materialise(con, query)) for query in queries] for _ in range(rounds)]
    return Comparison(*(list(column) for column in zip(*costs)))


ORDERS_READ = "SELECT max(customer_id), max(order_date), max(amount) FROM orders"


def peak_megabytes(database: str, query: str, warm_up: str = ORDERS_READ) -> float:
    """How much a process with the warm table grows at most while it answers the query once."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(max_workers=1, mp_context=spawn) as process:
        return process.submit(_peak_of_this_process, database, query, warm_up).result()


def _peak_of_this_process(database: str, query: str, warm_up: str) -> float:
    con = connect(database)
    con.execute(warm_up).fetchall()
    # Forgets the peak so far. getrusage would not do: a process inherits its parent's peak.
    Path("/proc/self/clear_refs").write_text("5")
    before = _resident_megabytes("VmRSS")
    materialise(con, query)
    return _resident_megabytes("VmHWM") - before


def _resident_megabytes(field: str) -> float:
    """From the kernel's account of this process (Linux)."""
    status = Path("/proc/self/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith(f"{field}:"))) / 2**10
