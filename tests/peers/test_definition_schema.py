"""The published JSON Schema and the extension accept and refuse the same definitions."""

import json
import random

import jsonschema
import pandas
import pytest

import support

SCHEMA = json.loads((support.ROOT / "docs/audience-definition.schema.json").read_text())
A = {"column": "a", "=": 1}
VALID = [
    A, {"=": "x", "column": "a"}, {"column": "a", "!=": True}, {"column": "a", "<": -1.5}, {"column": "a", "<=": "m"}, {"column": "a", ">": 1e3},
    {"column": "a", ">=": "2025-06-30"}, {"column": "a", "between": [1, 2.5]}, {"column": "a", "between": ["a", "b"]}, {"column": "a", "in": [1, 2, 3]},
    {"column": "a", "in": ["x"]}, {"column": "a", "like": "x%"}, {"column": "a", "ilike": ""}, {"column": "a", "is_null": False},
    {"column": "a", "within_last_days": 1}, {"column": "a", "at_least_days_ago": 36525}, {"column": "a", "within_next_days": 7.0},
    {"all": [A]}, {"any": [A, {"not": A}]}, {"not": {"all": [A, {"audience": "x"}]}}, {"column": "a; --", "=": "'"},
    {"column": "a", "keyword": "x -y"}, {"bought": {"a": "x"}}, {"bought": {"a": 1, "at_least": 2, "within_days": 365}}, {"not_bought": {"a": ["x", "y"], "b": {">=": 3}}},
    {"bought": {"a": {"keyword": "x"}, "within_days": 36525}}, {"interested_in": {"a": "x", "b": True}, "top": 500}, {"buyers": 0.8, "interested_in": {"a": [1, 2]}},
    {"all": [{"bought": {"a": "x"}}, {"not": {"interested_in": {"a": {"is_null": False}}, "buyers": 1}}]},
]
INVALID = [
    None, 5, "a", [], [A], {}, {"all": []}, {"any": {}}, {"all": A}, {"not": [A]}, {"not": {}}, {"all": [A], "any": [A]}, {"audience": ""}, {"audience": 5},
    {"audience": "x", "column": "a"}, {"column": "a"}, {"=": 1}, {"column": "", "=": 1}, {"column": 5, "=": 1}, {"column": "a", "eq": 1}, {"column": "a", "=": 1, "!=": 2},
    {"column": "a", "=": 1, "note": "x"}, {"column": "a", "=": None}, {"column": "a", "=": [1]}, {"column": "a", "<": True}, {"column": "a", "between": [1]},
    {"column": "a", "between": [1, 2, 3]}, {"column": "a", "between": [1, "x"]}, {"column": "a", "in": []}, {"column": "a", "in": [1, "x"]}, {"column": "a", "in": [True]},
    {"column": "a", "in": 1}, {"column": "a", "like": 1}, {"column": "a", "is_null": "yes"}, {"column": "a", "within_last_days": 0}, {"column": "a", "within_last_days": 1.5},
    {"column": "a", "within_last_days": "7"}, {"column": "a", "at_least_days_ago": 36526}, {"column": "a", "within_next_days": -1}, {"column": "a\0", "=": 1},
    {"column": "a", "=": "x\0"}, {"all": [A, {"any": [{"column": "a"}]}]}, {"All": [A]},
    {"bought": {}}, {"bought": "x"}, {"bought": {"at_least": 2}}, {"bought": {"a": "x", "at_least": 0}}, {"bought": {"a": "x", "within_days": 36526}}, {"bought": {"a": "x", "top": 5}},
    {"bought": {"a": "x"}, "at_least": 2}, {"not_bought": {"a": None}}, {"bought": {"a": []}}, {"bought": {"a": [1, "x"]}}, {"bought": {"a": {}}}, {"bought": {"a": {"=": 1, ">": 0}}},
    {"bought": {"a": {"near": 1}}}, {"bought": {"": 1}}, {"interested_in": {"a": "x"}}, {"interested_in": {"a": "x"}, "top": 5, "buyers": 0.5}, {"interested_in": {"a": "x"}, "top": 0},
    {"interested_in": {"a": "x"}, "buyers": 0}, {"interested_in": {"a": "x"}, "buyers": 1.01}, {"interested_in": {"a": "x", "top": 5}, "top": 5}, {"interested_in": {"a": "x", "at_least": 5}, "top": 5},
    {"interested_in": {}, "top": 5}, {"top": 5}, {"bought": {"a": "x"}, "interested_in": {"a": "x"}, "top": 5}, {"column": "a", "keyword": ""}, {"bought": {"a\0": 1}},
]


@pytest.fixture(scope="module")
def accepts():
    with support.connect() as con:

        def accepts(documents: list) -> list[bool]:
            con.register("documents", pandas.DataFrame({"name": map(str, range(len(documents))), "definition": map(json.dumps, documents)}))
            # Whether another audience exists is not for the schema to know.
            found = "SELECT name FROM audience.definition_check('documents') WHERE severity = 'error' AND NOT regexp_matches(problem, '^there is no audience|^refers to itself')"
            wrong = {int(name) for (name,) in con.execute(found).fetchall()}
            return [index not in wrong for index in range(len(documents))]

        yield accepts


@pytest.fixture(scope="module")
def validator():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    return jsonschema.Draft202012Validator(SCHEMA)


@pytest.mark.parametrize("document", VALID, ids=json.dumps)
def test_valid(accepts, validator, document: object) -> None:
    assert validator.is_valid(document) and accepts([document]) == [True]


@pytest.mark.parametrize("document", INVALID, ids=json.dumps)
def test_invalid(accepts, validator, document: object) -> None:
    assert not validator.is_valid(document) and accepts([document]) == [False]


def changed(chance: random.Random, value: object) -> object:
    """The same document with one thing in it replaced, left out or added."""
    if isinstance(value, (dict, list)) and value and chance.random() < 0.7:
        keys = list(value) if isinstance(value, dict) else list(range(len(value)))
        key = chance.choice(keys)
        copy = value.copy()
        match chance.randrange(6):
            case 0:
                del copy[key]
            case 1 if isinstance(copy, dict):
                copy[chance.choice(["=", "in", "all", "not", "column", "audience", "between", "is_null", "other", "bought", "at_least", "top"])] = copy.pop(key)
            case 2 if isinstance(copy, dict):
                copy[chance.choice(["=", ">", "any", "column", "like", "bought", "within_days", "buyers"])] = chance.choice([1, "x", [A]])
            case _:
                copy[key] = changed(chance, copy[key])
        return copy
    return chance.choice([None, True, 0, 1, 36526, 2.5, "", "x", [], [1], ["x", 1], {}, A, {"audience": "x"}, [A]])


def test_changed_documents(accepts, validator) -> None:
    chance = random.Random(3)
    documents = []
    for _ in range(10_000):
        document = chance.choice(VALID)
        for _ in range(chance.randint(1, 3)):
            document = changed(chance, document)
        documents.append(document)
    verdicts = [validator.is_valid(document) for document in documents]
    for document, accepted, verdict in zip(documents, accepts(documents), verdicts):
        assert accepted == verdict, json.dumps(document)
    assert 1000 < sum(verdicts) < 9000
