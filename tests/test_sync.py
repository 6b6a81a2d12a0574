"""The sync pattern of docs/sync.md, with its own statements: wherever a run fails, repeating it loses nothing and sends nothing
twice."""

import itertools
import random
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import duckdb
import pytest

import support

sys.path.insert(0, str(support.ROOT / "scripts"))
import pages  # noqa: E402

SQL = [sql for _, sql, _ in pages.blocks(support.ROOT / "docs/sync.md", "sql")]
_, CREATE, _, PLAN, SEND, CONFIRM = SQL[:6]
DAY = "2025-06-30"
pytestmark = pytest.mark.once


@pytest.fixture
def con(own_con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A job opens connections of its own to it."""
    return own_con


class Crash(Exception):
    """The job stops here: nothing after this line happens, and the connection is gone."""


@dataclass
class Platform:
    """Takes each part once, keeps the lists, and starts a flow on every entry and exit."""

    seen: set[tuple] = field(default_factory=set)
    lists: set[tuple] = field(default_factory=set)
    flows: list[tuple] = field(default_factory=list)
    requests: int = 0

    def receive(self, key: tuple, rows: list[tuple]) -> None:
        self.requests += 1
        if key in self.seen:
            return
        self.seen.add(key)
        for audience, customer, change in rows:
            self.flows.append((key[0], audience, customer, change))
            (self.lists.add if change == "added" else self.lists.remove)((audience, customer))


@dataclass
class Job:
    database: duckdb.DuckDBPyConnection
    platform: Platform

    def __post_init__(self) -> None:
        self.database.execute("DROP VIEW IF EXISTS told; DROP TABLE IF EXISTS sync_log; DROP TABLE IF EXISTS members")
        self.database.execute(CREATE)

    def run(self, batch: str, members: list[tuple], crash_at: int | None) -> None:
        """All steps of one run, as far as the crash, on a connection that is closed then: what was not committed is gone."""
        con = self.database.cursor()
        places = itertools.count()

        def place() -> None:
            if next(places) == crash_at:
                raise Crash

        try:
            for _ in self.steps(con, batch, members):
                place()
            place()
        finally:
            con.close()

    def steps(self, con: duckdb.DuckDBPyConnection, batch: str, members: list[tuple]) -> Iterator[None]:
        """The four steps; yields wherever the job may stop, also between two parts."""
        yield
        con.execute("BEGIN")
        con.execute("CREATE OR REPLACE TABLE members(audience VARCHAR, customer_id BIGINT)")
        if members:
            con.executemany("INSERT INTO members VALUES (?, ?)", members)
        yield
        con.execute("COMMIT")
        yield
        sent = None
        while sent != batch:
            con.execute(PLAN.replace(DAY, batch))
            yield
            rows = con.execute(SEND.replace("LIMIT 3", "").replace("// 10", "// 2")).fetchall()
            if not rows:
                return
            sent = rows[0][0]
            for key, part in itertools.groupby(rows, key=lambda row: row[:2]):
                self.platform.receive(key, [row[2:] for row in part])
                yield
            con.execute("BEGIN")
            con.execute(CONFIRM.replace(DAY, sent, 2).replace(f"TIMESTAMP '{sent} 06", f"TIMESTAMP '{DAY} 06"))
            yield
            con.execute("COMMIT")
            yield

    def until_done(self, batch: str, members: list[tuple], crashes: list[int]) -> int:
        """Repeats the run after every crash; returns how many there were."""
        for count, crash_at in enumerate(itertools.chain(crashes, itertools.repeat(None))):
            try:
                self.run(batch, members, crash_at)
                return count
            except Crash:
                pass
        raise AssertionError


DAYS = [
    ("2025-06-30", [("a", 1), ("a", 2), ("a", 3), ("b", 1)]),
    ("2025-07-01", [("a", 2), ("a", 4), ("b", 1), ("b", 5), ("c", 9)]),
    ("2025-07-02", [("a", 1), ("a", 2), ("b", 1)]),
    ("2025-07-03", []),
]


def expected_flows(days: list[tuple]) -> list[tuple]:
    """The plain differences of the days, each once, in order."""
    flows, before = [], set()
    for batch, members in days:
        changes = [(batch, *key, "removed") for key in before - set(members)] + [(batch, *key, "added") for key in set(members) - before]
        flows += sorted(changes)
        before = set(members)
    return flows


def test_the_statements_are_those_of_the_page() -> None:
    assert "CREATE TABLE sync_log" in CREATE and "audience_changes" in PLAN and "// 10" in SEND and CONFIRM.startswith("UPDATE sync_log")


def test_without_a_crash_only_differences_are_sent(con: duckdb.DuckDBPyConnection) -> None:
    platform = Platform()
    job = Job(con, platform)
    for batch, members in DAYS:
        assert job.until_done(batch, members, []) == 0
        assert platform.lists == set(members)
    assert platform.flows == expected_flows(DAYS)
    assert platform.requests == len(platform.seen)
    requests = platform.requests
    for batch, members in DAYS[::-1]:
        job.until_done(batch, DAYS[-1][1], [])
    assert platform.requests == requests, "a run that is repeated, also for an earlier day, has nothing to send"


@pytest.mark.parametrize("day", range(len(DAYS)))
@pytest.mark.parametrize("second", [None, 2, 4, 6])
def test_a_crash_at_every_step(con: duckdb.DuckDBPyConnection, day: int, second: int | None) -> None:
    """And another one, `second` steps into the repetition."""
    crashed = 0
    for crash_at in itertools.count():
        platform = Platform()
        job = Job(con, platform)
        for number, (batch, members) in enumerate(DAYS):
            crashes = [crash_at] + ([second] if second is not None else []) if number == day else []
            crashed_now = job.until_done(batch, members, crashes)
            if number == day:
                crashed = crashed_now
            assert platform.lists == set(members), (crash_at, batch)
        assert platform.flows == expected_flows(DAYS), crash_at
        if crashed == 0 or crash_at > 20:
            break
    assert crash_at >= 5 and crashed == 0, "every step was a place to crash at"


def test_members_who_change_before_the_repetition_are_not_lost(con: duckdb.DuckDBPyConnection) -> None:
    """The open batch goes out as planned; the rest is the next one."""
    platform = Platform()
    job = Job(con, platform)
    first, second = DAYS[0][1], DAYS[1][1]
    with pytest.raises(Crash):
        job.run("2025-06-30", first, crash_at=4)
    assert platform.lists != set(first), "the first parts only"
    job.run("2025-07-01", second, crash_at=None)
    assert platform.lists == set(second)
    assert platform.flows == expected_flows([("2025-06-30", first), ("2025-07-01", second)])


def test_any_sequence_of_crashes(con: duckdb.DuckDBPyConnection) -> None:
    chance = random.Random(7)
    crashes_seen = 0
    for trial in range(6):
        platform = Platform()
        job = Job(con, platform)
        days = [(f"2025-08-{day:02}", sorted({(chance.choice("abc"), chance.randrange(6)) for _ in range(chance.randrange(9))})) for day in range(1, 6)]
        for batch, members in days:
            crashes_seen += job.until_done(batch, members, [chance.randrange(9) for _ in range(chance.randrange(4))])
            assert platform.lists == set(members)
        assert platform.flows == expected_flows(days)
    assert crashes_seen > 10


def test_a_wrong_key_stops_the_run_before_anything_is_planned(con: duckdb.DuckDBPyConnection) -> None:
    platform = Platform()
    job = Job(con, platform)
    for wrong in ([("a", 1), ("a", 1)], [("a", None)]):
        with pytest.raises(duckdb.Error, match="audience_changes: after has"):
            job.run("2025-06-30", wrong, crash_at=None)
    assert platform.requests == 0
    job.run("2025-06-30", [("a", 1)], crash_at=None)
    assert platform.lists == {("a", 1)}
