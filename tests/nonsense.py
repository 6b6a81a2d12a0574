"""Nonsense as the arguments of the extension's functions, which every SQL user can call.

A call may give a result or a clear error. Every other end is a failure: a panic, an internal error of DuckDB, a call
that takes too long, memory without end. Everything follows from a seed.
"""

import json
import os
import random
import re
import sys
import threading
import time
from pathlib import Path

import duckdb

import support
from sound_values import ARGUMENTS, AS_OF, CONSTANTS, LISTS, SETUP, SMALL, STRUCTS, WORDS

# A call on at most 300 rows takes milliseconds; machines that test are slow and busy.
SECONDS = 10
# What a process may allocate beyond what it has when the extension is loaded.
GIGABYTES = 2

NUMBERS = {
    "tinyint": (-128, 127),
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "hugeint": (-(2**127), 2**127 - 1),
}
COUNTS = (0, 1, 2, 3, 5, 10, 12, 13, 30, 60, 100, 365, 1000, 1001, 6000, 36525, 65536, 10**6, 2 * 10**7, 2**25, 2**31 - 2)
DOUBLES = ("nan", "inf", "-inf", 0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-300, 5e-324, 1e10, 1e100, 1e308, -1e308, 2**31, 2**53, 2**63)
DATES = (
    "infinity",
    "-infinity",
    "0001-01-01",
    "1969-12-31",
    "1970-01-01",
    "2024-02-29",
    "9999-12-31",
    "5881580-07-10",
    "5877642-06-25 (BC)",
)
TEXTS = ("", " ", "x", "naïve", "'", '"', "\\", "💶" * 9, "a" * 5000, "[]", "{}", "[[]]", '[["A",5]]', '[["A",{"audience": "A"}]]', '[["A",{"audience": "B"}]]', "null", "1e999", "[" * 3000, '{"not":' * 200)


class Pool:
    """The BLOBs that the functions made, and a table of damaged ones, because literals of many bytes take long to parse."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.ids: dict[bytes, int] = {}
        self.blobs: list[bytes] = []
        self.made: dict[str, list[bytes]] = {}
        for kind, blob in con.execute("SELECT kind, blob FROM kinds ORDER BY kind, blob").fetchall():
            self.made.setdefault(kind, []).append(blob)

    def literal(self, blob: bytes) -> str:
        if len(blob) <= 100:
            return f"from_hex('{blob.hex()}')"
        if blob not in self.ids:
            self.ids[blob] = len(self.ids)
            self.blobs.append(blob)
            self.con.execute("INSERT INTO damaged VALUES (?, ?)", [self.ids[blob], blob])
        return f"(SELECT blob FROM damaged WHERE id = {self.ids[blob]})"

    def in_full(self, sql: str) -> str:
        """A call that works without the table, for a report."""
        return re.sub(r"\(SELECT blob FROM damaged WHERE id = (\d+)\)", lambda found: f"from_hex('{self.blobs[int(found[1])].hex()}')", sql)


def damage(blob: bytes, r: random.Random, pool: Pool) -> bytes:
    """A BLOB that is not quite what a function made."""
    blob = bytearray(blob)
    match r.randrange(8):
        case 0:
            return bytes(blob[: r.randrange(len(blob) + 1)])
        case 1:
            for _ in range(r.choice((1, 1, 2, 8))):
                if blob:
                    blob[r.randrange(len(blob))] ^= 1 << r.randrange(8)
        case 2:
            # A number at a place where there may be one.
            if len(blob) >= 4:
                at = 4 * r.randrange(len(blob) // 4)
                blob[at : at + 4] = r.choice((0, 1, 2, 7, 255, 4096, 2**24, 2**31, 2**32 - 1)).to_bytes(4, "little")
        case 3:
            if len(blob) >= 8:
                at = 4 * r.randrange(len(blob) // 4 - 1)
                blob[at : at + 8] = r.choice((b"\0" * 8, b"\xff" * 8, b"\0\0\0\0\0\0\xf0\x7f", b"\0\0\0\0\0\0\xf0\xff", b"\1" + b"\0" * 7, b"\xff" * 6 + b"\xef\x7f"))
        case 4:
            return bytes(blob) + r.randbytes(r.choice((1, 4, 8, 40)))
        case 5:
            return r.choice(pool.made[r.choice(sorted(pool.made))])
        case 6:
            # Lists in another order.
            at = 4 * r.randrange(len(blob) // 4 + 1)
            words = [blob[i : i + 4] for i in range(at, len(blob), 4)]
            r.shuffle(words)
            blob[at:] = b"".join(words)
        case _:
            return plausible(r)
    return bytes(blob)


def plausible(r: random.Random) -> bytes:
    """Random bytes, with small little-endian counts at places where a format has them."""
    match r.randrange(4):
        case 0:
            return r.randbytes(r.choice((0, 1, 3, 4, 12, 13, 64, 500)))
        case 1:
            return r.choice((b"\0", b"\1", b"\xff", b"A", b"\x01\0\0\0")) * r.choice((1, 4, 12, 64, 1024, 5000))
        case _:
            return b"".join(r.choice((0, 0, 1, 1, 2, 3, 4, 8)).to_bytes(4, "little") if r.random() < 0.8 else r.randbytes(4) for _ in range(r.randrange(1, 60)))


class Type:
    """A SQL type, taken apart."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        self.name = name
        self.id = "any" if name == "ANY" else con.type(name).id
        children = [] if name == "ANY" or self.id not in ("list", "struct", "enum") else con.type(name).children
        self.labels = children[0][1] if self.id == "enum" else []
        self.fields = {field: Type(con, str(kind)) for field, kind in children} if self.id in ("list", "struct") else {}

    @property
    def child(self) -> "Type":
        return self.fields["child"]


def sound(kind: Type, role: str, r: random.Random, pool: Pool):
    """A value that a caller of the extension's macros could pass."""
    if role.isupper():
        made = pool.made[role.lower()]
        return [r.choice(made) for _ in range(4)] if kind.id == "list" else r.choice(made)
    if role == "none" or kind.id == "null":
        return None
    if role in CONSTANTS:
        return {field: CONSTANTS[role][field] for field in kind.fields}
    if role in SMALL and not kind.fields:
        return SMALL[role](r)
    match kind.id:
        case "any":
            return {"a": r.randrange(9), "b": "x", "c": "2024-05-01"}
        case "struct":
            names = [name for name in STRUCTS if name in kind.fields]
            value = STRUCTS[names[0]](r) if names else {}
            # Older forms of a STRUCT lack a field, newer ones have more.
            return {field: value[field] if field in value else sound(child, "half" if field.endswith("probability") else "", r, pool) for field, child in kind.fields.items()}
        case "list":
            names = [name for name in LISTS if name == role or name in kind.child.fields or name == kind.child.id]
            return LISTS[names[0]](r) if names else [sound(kind.child, "", r, pool) for _ in range(4)]
        case "boolean":
            return r.random() < 0.5
        case "enum":
            return r.choice(kind.labels)
        case "double":
            return r.randrange(1, 1000) / 10
        case "date" | "timestamp":
            return 0
        case "varchar":
            return r.choice(WORDS)
        case "blob":
            raise KeyError(f"ARGUMENTS must say what kind of BLOB this is: {kind.name}")
        case "uuid":
            return "00000000-0000-0000-0000-00000000002a"
        case _:
            return r.randrange(1, 40)


def nonsense(kind: Type, value, r: random.Random, pool: Pool):
    """Something else of the same type; `value` is what would be sound."""
    if r.random() < 0.12:
        return None
    match kind.id:
        case "any":
            return r.choice((1, "x", [1, 2], {"a": None}, {"a": "nan", "b": 3}, {"c": DATES[0]}, {"A": 5, "b": [1], "c": True}))
        case "struct":
            spoilt = dict(value or {field: None for field in kind.fields})
            for field in r.sample(sorted(kind.fields), r.choice((1, 1, 2, len(kind.fields)))) if len(kind.fields) > 1 else kind.fields:
                spoilt[field] = nonsense(kind.fields[field], spoilt[field], r, pool)
            return spoilt
        case "list":
            spoilt = list(value or [])
            match r.randrange(7):
                case 0:
                    return []
                case 1:
                    r.shuffle(spoilt)
                case 2 if spoilt:
                    spoilt[r.randrange(len(spoilt))] = None
                case 3 if spoilt:
                    at = r.randrange(len(spoilt))
                    spoilt[at] = nonsense(kind.child, spoilt[at], r, pool)
                case 4 if spoilt:
                    spoilt = spoilt * r.choice((2, 9))
                case 5 if spoilt:
                    spoilt = spoilt[: r.randrange(len(spoilt))]
                case _:
                    spoilt = [nonsense(kind.child, spoilt[0] if spoilt else None, r, pool) for _ in range(r.choice((1, 2, 5)))]
            return spoilt
        case "boolean":
            return r.random() < 0.5
        case "enum":
            return r.choice(kind.labels)
        case "double":
            return r.choice(DOUBLES)
        case "date":
            return r.choice(DATES) if r.random() < 0.7 else r.randrange(-3000, 3000)
        case "timestamp":
            return r.choice(("infinity", "-infinity", "0001-01-01", "9999-12-31", 0, 77))
        case "varchar":
            text = r.choice(TEXTS)
            return text if r.random() < 0.7 or not isinstance(value, str) else value[: r.randrange(len(value) + 1)] + text
        case "blob":
            return damage(value, r, pool) if value and r.random() < 0.7 else plausible(r)
        case "uuid":
            return "ffffffff-ffff-ffff-ffff-ffffffffffff"
        case "null":
            return None
        case _:
            least, most = NUMBERS[kind.id]
            return r.choice((least, least + 1, -1000, -1, most, most, most - 1, r.choice(COUNTS), r.choice(COUNTS), r.choice(COUNTS)))


def literal(kind: Type | None, value, pool: Pool, untyped: bool) -> str:
    """The value in SQL; the type is only needed where it does not follow from the value. NULLs have none if `untyped`."""
    id = kind.id if kind else ""
    if value is None:
        # Before DuckDB 2.0 the number that an untyped NULL in a list of STRUCTs is read as may be any.
        return "NULL" if untyped or not kind or kind.id == "any" else f"CAST(NULL AS {kind.name})"
    if isinstance(value, bytes):
        return pool.literal(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        fields = kind.fields if kind else {}
        return "{" + ", ".join(f"'{field}': {literal(fields.get(field), item, pool, untyped)}" for field, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(kind.child if id == "list" else None, item, pool, untyped) for item in value) + "]"
    if id in ("date", "timestamp"):
        if isinstance(value, int):
            return f"(DATE '{AS_OF}' + ({value}))"
        return f"'{value}'::{id.upper()}"
    if id == "double":
        return f"'{value}'::DOUBLE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"({value})"


def argument(kind: Type, role: str, r: random.Random, pool: Pool, spoil: bool) -> str:
    """An expression over `i`, the number of the row: one value or a few in turn."""
    values = []
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        value = sound(kind, role, r, pool)
        text = literal(kind, nonsense(kind, value, r, pool) if spoil and r.random() < 0.8 else value, pool, untyped=spoil)
        values.append(text if kind.id == "any" else f"CAST({text} AS {kind.name})")
    if kind.id == "any":
        # The rows of a column have one type.
        return values[0]
    cases = "".join(f" WHEN {row} THEN {text}" for row, text in enumerate(values))
    return values[0] if len(values) == 1 else f"CASE i % {len(values)}{cases} END"


def roles(name: str, count: int) -> list[str]:
    """What the arguments of a function stand for. Internal functions begin with whom they speak for in errors."""
    first = ["caller"] if name.startswith("__audience_") else []
    known = first + (ARGUMENTS[name].split() if name in ARGUMENTS else ["."] * count)
    assert len(known) >= count, f"{name} has {count} arguments"
    return known[:count]


class Function:
    """A function, or one of its overloads."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str, is_aggregate: bool, types: tuple[str, ...]) -> None:
        self.name, self.is_aggregate = name, is_aggregate
        self.types = [Type(con, kind) for kind in types]
        self.roles = roles(name, len(types))

    def arguments(self, r: random.Random, pool: Pool, spoil: bool) -> str:
        count = len(self.types)
        how_many = min(count, r.choice((0, 1, 1, 1, 2, 2, count))) if spoil and count else 0
        spoilt = set(r.sample(range(count), how_many))
        return ", ".join(argument(kind, role, r, pool, at in spoilt) for at, (kind, role) in enumerate(zip(self.types, self.roles)))

    def call(self, r: random.Random, pool: Pool, spoil: bool = True) -> str:
        """A query that calls the function and looks at every value of the result."""
        rows = r.choice((1, 3, 300))
        # A window or a table without statistics: DuckDB computes calls of constants in its optimizer.
        source = f"range({rows}) r(i)"
        seen = "sum(length(x::VARCHAR))"
        if not self.is_aggregate:
            return f"SELECT {seen} FROM (SELECT {self.name}({self.arguments(r, pool, spoil)}) AS x FROM {source})"
        arguments = self.arguments(r, pool, spoil)
        match r.randrange(4):
            case 0:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source})"
            case 1:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source} GROUP BY i % 3)"
            case 2:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source} GROUP BY i)"
            case _:
                # Each part has a state of its own, and the states are combined.
                names = [f"a{at}" for at in range(len(self.types))]
                part = lambda text: f"SELECT {text} FROM {source}"
                columns = lambda text: f"(SELECT * FROM ({part(text)}) p({', '.join(names)}))"
                # Some arguments are the same in every row, or that is an error.
                others = self.arguments(r, pool, spoil) if spoil else arguments
                parts = " UNION ALL ".join(columns(text) for text in (arguments, others))
                return f"SELECT {seen} FROM (SELECT {self.name}({', '.join(names)}) AS x FROM ({parts}))"


def functions() -> list[tuple]:
    """Every overload of every function that LOAD adds."""
    query = "SELECT function_name, function_type = 'aggregate', parameter_types FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate')"
    con = support.open_database()
    known = {(name, aggregate, tuple(types)) for name, aggregate, types in con.execute(query).fetchall()}
    support.load(con)
    return sorted({(name, aggregate, tuple(types)) for name, aggregate, types in con.execute(query).fetchall()} - known)


class Watch:
    """Interrupts what takes too long, and ends the process where that does not help."""

    def __init__(self, con: duckdb.DuckDBPyConnection, pool: Pool, last: Path) -> None:
        self.con, self.pool, self.last, self.since = con, pool, last, None
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        while True:
            time.sleep(0.2)
            since = self.since
            if since is None or time.monotonic() - since < SECONDS:
                continue
            self.con.interrupt()
            if time.monotonic() - since > 1.5 * SECONDS:
                print("a call cannot be interrupted", flush=True)
                os._exit(3)

    def error(self, sql: str) -> duckdb.Error | None:
        """The error of a call; nothing where it has a result."""
        # For whoever finds the process dead.
        self.last.write_text(self.pool.in_full(sql))
        self.since = time.monotonic()
        try:
            self.con.execute(sql).fetchall()
        except duckdb.Error as error:
            return error
        finally:
            self.since = None
        return None


def failure(error: duckdb.Error | None) -> str | None:
    """What is wrong with an error, if it is not the caller's."""
    if isinstance(error, duckdb.InterruptException):
        return f"takes more than {SECONDS} s"
    if isinstance(error, (duckdb.InternalException, duckdb.FatalException)) or "internal error" in str(error):
        return str(error)
    return None


def limit_memory() -> None:
    """Beyond, an allocation fails, which ends the process."""
    if sys.platform == "linux":
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + GIGABYTES * 2**30, resource.RLIM_INFINITY))


def prepare() -> tuple[duckdb.DuckDBPyConnection, Pool]:
    con = support.connect()
    con.execute("SET threads = 2; SET enable_progress_bar = false")
    con.execute(SETUP)
    return con, Pool(con)


def check_nonsense(last: str, part: str, parts: str, calls: str, seed: str = "0", only: str = "") -> None:
    """Calls every `parts`-th function, `calls` times; prints how it fails and ends with 1 if it does."""
    con, pool = prepare()
    watch = Watch(con, pool, Path(last))
    limit_memory()
    found = []
    wanted = [function for function in functions() if only in function[0]][int(part) :: int(parts)]
    for name, is_aggregate, types in wanted:
        function = Function(con, name, is_aggregate, types)
        failures: dict[str, str] = {}
        for number in range(int(calls)):
            r = random.Random(f"{seed} {name} {types} {number}")
            sql = function.call(r, pool)
            problem = failure(watch.error(sql))
            if problem:
                failures.setdefault(problem, pool.in_full(sql))
        found += [f"{name}: {problem}\n    {sql[:3000]}" for problem, sql in failures.items()]
    print("\n".join(found))
    sys.exit(1 if found else 0)


def check_sound(last: str) -> None:
    """Without nonsense every function gives results, so that the nonsense gets further than the first check."""
    con, pool = prepare()
    for name, is_aggregate, types in functions():
        function = Function(con, name, is_aggregate, types)
        results = set()
        for number in range(12):
            sql = function.call(random.Random(number), pool, spoil=False)
            Path(last).write_text(pool.in_full(sql))
            try:
                results |= set(con.execute(sql).fetchall())
            except duckdb.Error as error:
                raise AssertionError(f"{error}\n{pool.in_full(sql)}") from error
        # A model that is a plain NULL is the prior, which knows no order value.
        assert results != {(None,)} or '"NULL"' in types, f"{name} gives nothing but NULL"


def check_errors(last: str, *cases: str) -> None:
    """Calls, each followed by a word of its error. On many rows, and on none that are constants."""
    con, pool = prepare()
    watch = Watch(con, pool, Path(last))
    limit_memory()
    for call, word in zip(cases[::2], cases[1::2]):
        for source in ("range(1)", "range(300)", "range(300) r(i) WHERE i >= 0"):
            sql = f"SELECT {call} FROM {source}"
            error = watch.error(sql)
            assert error is not None and failure(error) is None and word in str(error), f"{error}: {sql}"
