"""The sqllogictest files of tests/sql/ROOM, one per SQL name, and the runner's own tests."""

from pathlib import Path

import pytest

import sqllogictest

FILES = sorted((Path(__file__).parent / "sql").rglob("*.test"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_sql(path: Path, extension_path: Path) -> None:
    assert sqllogictest.run(path) > 0, "the file has no records"


def run_text(tmp_path: Path, text: str) -> int:
    path = tmp_path / "case.test"
    path.write_text(text)
    return sqllogictest.run(path)


def test_runner_accepts(tmp_path: Path) -> None:
    text = """
# a comment
statement ok
CREATE TABLE t AS SELECT * FROM (VALUES (2, 0.5::DOUBLE, ''), (1, NULL, 'x y')) v(i, d, s)

query IRT
SELECT * FROM t ORDER BY i
----
1\tNULL\tx y
2\t0.50000001\t(empty)

query I rowsort
FROM t SELECT i
----
1
2

query T
SELECT {'a': DATE '2024-01-02', 'b': [1.50, NULL]}
----
{'a': 2024-01-02, 'b': [1.50, NULL]}

query I
SELECT i FROM t WHERE false
----

statement error
SELECT nonsense FROM t
----
Referenced column "nonsense" not found

statement error
SELECT error('bins must be 2 to 10')
----
<REGEX>:bins must .* 10
"""
    assert run_text(tmp_path, text) == 7


@pytest.mark.parametrize(
    "record",
    [
        "statement ok\nSELECT nonsense",
        "statement error\nSELECT 1",
        "statement error\nSELECT error('a')\n----\nb",
        "query I\nSELECT 1\n----\n2",
        "query I\nSELECT 1.0\n----\n1",
        "query R\nSELECT 1.0\n----\n1.00001",
        "query R\nSELECT 1.0\n----\nNULL",
        "query I\nSELECT 1 WHERE false\n----\n1",
        "query I\nSELECT 1\n----",
        "query II\nSELECT 1\n----\n1",
        "query I\nSELECT * FROM range(3)\n----\n0\n2\n1",
        "query I sometimes\nSELECT 1\n----\n1",
        "query I\nSELECT nonsense\n----\n1",
        "loop i 0 10",
        "require parquet",
    ],
)
def test_runner_rejects(tmp_path: Path, record: str) -> None:
    with pytest.raises(sqllogictest.Mismatch):
        run_text(tmp_path, record)
