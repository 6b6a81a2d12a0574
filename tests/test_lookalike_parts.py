"""Order lines that are read in parts: the rows of `audience.lookalikes`, bit for bit."""

from pathlib import Path

import duckdb
import pytest

import support

STEPS = ("products", "weights", "fit")
TENTS = "customer_id IN (SELECT customer_id FROM lines WHERE category = 'Tents')"
# The seed, and what else is given to all.
SETTINGS = {
    "default": (TENTS, ""),
    "day and filter": (TENTS, "as_of := DATE '2025-03-01', filter := quantity > 0 AND category <> 'Tents'"),
    "a condition of lines": ("category = 'Coffee'", ""),
    "few": ("customer_id % 100 = 7", "filter := category <> 'Coffee'"),
}
# A part of one customer's lines, the NULL customer's too.
SPLITS = {1: "0", 4: "hash(customer_id) % 4", 7: "least(hash(customer_id) % 100, 6)"}


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as connection:
        connection.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 500)")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS customer_id) FROM lines WHERE order_id % 50 = 0")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS product_id) FROM lines WHERE order_id % 60 = 0")
        # Who has refunds only is no customer.
        connection.execute("INSERT INTO lines SELECT * REPLACE (customer_id + 1000000 AS customer_id, -1 AS amount) FROM lines WHERE order_id % 70 = 0")
        yield connection


def call(function: str, lines: str, seed: str, *options: str) -> str:
    return f"audience.{function}('{lines}', customer_id, order_date, product_id, amount, {seed}{''.join(f', {option}' for option in options if option)})"


def learn(con: duckdb.DuckDBPyConnection, lines: str, parts: int, seed: str, options: str = "") -> None:
    """The complete model, in `saved`; the parts of a step stay in a table of its name."""
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP TABLE lines_{number} AS FROM {lines} WHERE coalesce({SPLITS[parts]}, 0) = {number}")
    given = "NULL"
    for step in STEPS:
        calls = [f"FROM {call('lookalike_part', f'lines_{number}', seed, f'model := {given}', options)}" for number in range(parts)]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {step} AS {' UNION ALL '.join(calls)}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE model_of_{step} AS FROM audience.lookalike_model('{step}', model := {given})")
        given = f"(SELECT model FROM model_of_{step})"
    con.execute("CREATE OR REPLACE TEMP VIEW saved AS FROM model_of_fit")


def score(con: duckdb.DuckDBPyConnection, parts: int, seed: str, options: str = "") -> None:
    """The rows of all parts, ranked."""
    calls = [f"FROM {call('lookalikes_of', f'lines_{number}', seed, 'model := (SELECT model FROM saved)', options)}" for number in range(parts)]
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE found AS
        SELECT * EXCLUDE log_odds REPLACE (row_number() OVER (ORDER BY log_odds DESC, customer_id) AS rank) FROM ({' UNION ALL '.join(calls)})""")


def difference(con: duckdb.DuckDBPyConnection) -> int:
    return sum(con.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchone()[0] for a, b in [("wanted", "found"), ("found", "wanted")])


@pytest.mark.parametrize("parts", SPLITS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_parts_give_the_rows_of_the_whole(con: duckdb.DuckDBPyConnection, setting: str, parts: int) -> None:
    seed, options = SETTINGS[setting]
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('lookalikes', 'lines', seed, options)}")
    learn(con, "lines", parts, seed, options)
    # The day is the model's.
    score(con, parts, seed, options.split(", ")[-1])
    assert con.execute("SELECT count(*) > 200, count(DISTINCT similarity) > 200, count(*) FILTER (len(because) > 0) > 50 FROM wanted").fetchone() == (True,) * 3
    assert difference(con) == 0
    known = con.execute("SELECT model.customers - model.seeds, model.step, model.as_of::VARCHAR FROM saved").fetchone()
    assert known == (con.execute("SELECT count(*) FROM wanted").fetchone()[0], "fit", "2025-03-01" if "as_of" in options else "2025-12-31")


def test_more_customers_than_are_kept_of_a_part(con: duckdb.DuckDBPyConnection) -> None:
    """65,536 of a kind: here a fit keeps half of the others, and a part all of its own."""
    con.execute("""
        CREATE OR REPLACE TEMP TABLE many AS
        SELECT i AS customer_id, DATE '2024-01-01' + (hash(i, k) % 700)::INTEGER AS order_date, hash(i, k) % (4 + i % 5 * 3) AS product_id, 1.0 + hash(i) % 90 AS amount
        FROM range(150000) customers(i), range(2) orders(k)""")
    seed = "customer_id % 5 = 0"
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('lookalikes', 'many', seed)}")
    learn(con, "many", 4, seed)
    score(con, 4, seed)
    assert con.execute("SELECT count(*) FROM wanted").fetchone() == (120_000,)
    assert con.execute("SELECT max(octet_length(part.state)) FROM fit").fetchone()[0] < 3_000_000
    assert difference(con) == 0


def test_all_at_once_has_ranks_and_a_part_has_none(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 4, TENTS)
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('lookalikes', 'lines', TENTS, 'top := 50')}")
    rows = [call("lookalikes_of", lines, TENTS, "model := (SELECT model FROM saved)", "top := 50") for lines in ("lines", "lines_0", "lines_1", "lines_2", "lines_3")]
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS SELECT * EXCLUDE log_odds FROM {rows[0]}")
    assert difference(con) == 0
    assert con.execute(f"SELECT count(*), count(rank) FROM {rows[2]}").fetchone() == (50, 0)
    # The best of all are among the best of each part.
    best = " UNION ALL ".join(f"SELECT customer_id, log_odds FROM {part}" for part in rows[1:])
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT customer_id FROM wanted")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS SELECT customer_id FROM ({best}) ORDER BY log_odds DESC, customer_id LIMIT 50")
    assert difference(con) == 0


def test_parquet_and_the_order_of_parts(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A model is the same whoever added the parts up, and a file keeps what it needs."""
    learn(con, "lines", 4, TENTS)
    given = "NULL"
    for step in STEPS:
        con.execute(f"COPY (FROM {step} ORDER BY part.lines DESC) TO '{tmp_path}/{step}.parquet'")
        con.execute(f"COPY (FROM audience.lookalike_model('{tmp_path}/{step}.parquet', model := {given})) TO '{tmp_path}/model_of_{step}.parquet'")
        given = f"(SELECT model FROM '{tmp_path}/model_of_{step}.parquet')"
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM '{tmp_path}/model_of_fit.parquet'")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM saved")
    assert difference(con) == 0


def test_a_state_does_not_depend_on_the_order_of_the_lines(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 1, TENTS)
    con.execute("CREATE OR REPLACE TEMP TABLE shuffled AS FROM lines ORDER BY hash(order_id, product_id)")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM fit")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM {call('lookalike_part', 'shuffled', TENTS, 'model := (SELECT model FROM model_of_weights)')}")
    assert difference(con) == 0


def test_lines_that_come_while_parts_are_read_change_nothing(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 1, TENTS)
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM saved")
    con.execute("CREATE OR REPLACE TEMP TABLE later AS FROM lines UNION ALL SELECT * REPLACE (order_date + 10 AS order_date, 'new' AS product_id) FROM lines WHERE order_date > DATE '2025-12-25'")
    for before, step in zip(STEPS, STEPS[1:]):
        given = f"(SELECT model FROM model_of_{before})"
        con.execute(f"CREATE OR REPLACE TEMP TABLE part AS FROM {call('lookalike_part', 'later', TENTS, f'model := {given}')}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE model_of_{step} AS FROM audience.lookalike_model('part', model := {given})")
    con.execute("CREATE OR REPLACE TEMP TABLE found AS FROM model_of_fit")
    assert difference(con) == 0


@pytest.mark.parametrize(("lines", "seed", "lines_known"), [("WHERE false", "true", 0), ("WHERE customer_id > 1000000", "false", 139), ("WHERE customer_id < 100", "true", None)])
def test_nobody_to_score(con: duckdb.DuckDBPyConnection, lines: str, seed: str, lines_known: int | None) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE none AS FROM lines {lines}")
    for parts in (1, 4):
        learn(con, "none", parts, seed)
        found = con.execute("SELECT model.step, model.lines FROM saved").fetchone()
        assert found[0] == "fit" and (found[1] > 500 if lines_known is None else (found[1] > 0) == (lines_known > 0))
        assert con.execute(f"FROM {call('lookalikes_of', 'none', seed, 'model := (SELECT model FROM saved)')}").fetchall() == []
        assert con.execute(f"FROM {call('lookalikes', 'none', seed)}").fetchall() == []


KEYS = ["[{n}, 1]::INTEGER[2]", "{{'a': [{n}], 'b': NULL::INTEGER}}", "lpad(({n})::VARCHAR, 32, '0')::UUID", "(({n}) / 8)::DECIMAL(38, 3)", "('p' || {n})::BLOB", "TIMESTAMPTZ '2000-01-01' + to_days({n})"]


@pytest.mark.parametrize("key", KEYS)
def test_keys_may_be_of_any_type(con: duckdb.DuckDBPyConnection, key: str) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE keyed AS SELECT {key.format(n='i::INTEGER % 90')} AS customer_id, DATE '2024-01-01' + (hash(i) % 300)::INTEGER AS order_date,
               {key.format(n='(hash(i, 1) % (3 + i % 9))::INTEGER')} AS product_id, 1.0 + hash(i) % 9 AS amount, i % 90 < 20 AS is_member
        FROM range(900) r(i)""")
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS FROM {call('lookalikes', 'keyed', 'is_member')}")
    learn(con, "keyed", 4, "is_member")
    score(con, 4, "is_member")
    assert con.execute("SELECT count(*) FROM wanted").fetchone() == (70,)
    assert difference(con) == 0


LINES = "customer_id, order_date, product_id, amount, category = 'Tents'"
ERRORS = {
    "parts that are none": ("lookalike_model('(FROM weights LIMIT 0)', model := $products)", "lookalike_model: parts must have a row"),
    "a part is missing": ("lookalike_model('(FROM weights LIMIT 3)', model := $products)", "lookalike_model: parts must be all parts, each once: the model was made of "),
    "a part twice": ("lookalike_model('(FROM weights UNION ALL FROM weights LIMIT 5)', model := $products)", "lookalike_model: parts must be all parts, each once"),
    "no model": ("lookalike_model('weights')", "lookalike_model: parts must be of the step products, got weights"),
    "a step again": ("lookalike_model('weights', model := $weights)", "lookalike_model: parts must be of the step fit, got weights"),
    "a step too many": ("lookalike_model('fit', model := $fit)", "lookalike_model: parts must be of the step that a model still lacks"),
    "two steps": ("lookalike_model('(FROM weights UNION ALL FROM products)', model := $products)", "lookalike_model: parts must be of one step"),
    "another model": ("lookalike_model('(SELECT struct_update(part, fingerprint := ''x'') AS part FROM weights)', model := $products)", "lookalike_model: parts must be made with the model that is given"),
    "another version": ("lookalike_model('(SELECT struct_update(part, format_version := 1) AS part FROM weights)', model := $products)", "lookalike_model: parts have the format version 1, and this version of audience reads 2; make them anew with audience.lookalike_part"),
    "no state": ("lookalike_model('(SELECT struct_update(part, state := NULL::BLOB) AS part FROM weights)', model := $products)", "lookalike_model: parts must have the lines and what was learned"),
    "the state of another step": ("lookalike_model('(SELECT struct_update(part, state := (SELECT part.state FROM fit LIMIT 1)) AS part FROM weights)', model := $products)", "lookalike_model: states must be those of intent_weights"),
    "a damaged state": ("lookalike_model('(SELECT struct_update(part, state := part.state || ''x''::BLOB) AS part FROM fit)', model := $weights)", "lookalike_model: states are damaged"),
    "a newer state": ("lookalike_model('(SELECT struct_update(part, state := part.state[:32] || ''\\x07''::BLOB || part.state[34:]) AS part FROM fit)', model := $weights)", "lookalike_model: states have the format version 7, and this version of audience reads 1"),
    "a complete model": (f"lookalike_part('lines', {LINES}, model := $fit)", "lookalike_part: model is complete"),
    "another day": (f"lookalike_part('lines', {LINES}, model := $weights, as_of := DATE '2025-01-01')", "lookalike_part: as_of must be that of the model, 2025-12-31, got 2025-01-01"),
    "infinity": (f"lookalike_part('lines', {LINES}, as_of := DATE 'infinity')", "lookalike_part: as_of must be a finite date, got infinity"),
    "other products": ("lookalike_part('lines', customer_id, order_date, brand, amount, true, model := $weights)", "lookalike_part: model must be that of these lines: it has no product "),
    "a text as seed": ("lookalike_part('lines', customer_id, order_date, brand, amount, 'category = 1')", "lookalike_part: seed must be a condition"),
    "a model of another version": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, format_version := 1) FROM model_of_weights))", "lookalike_part: model has the format version 1, and this version of audience reads 2"),
    "an unknown step": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, step := 'x') FROM model_of_weights))", "lookalike_part: model.step must be products, weights or fit, got x"),
    "no lines": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, lines := -1::BIGINT) FROM model_of_weights))", "lookalike_part: model.lines must be at least 0, got -1"),
    "no day": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, as_of := NULL::DATE) FROM model_of_weights))", "lookalike_part: model.as_of must be a finite date, got NULL"),
    "no products": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, products := NULL::VARCHAR[]) FROM model_of_weights))", "lookalike_part: model must have products"),
    "no customers": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, customers := NULL::BIGINT) FROM model_of_weights))", "lookalike_part: model.customers must be at least 0, got NULL"),
    "nothing learned": (f"lookalike_part('lines', {LINES}, model := (SELECT struct_update(model, weights := NULL::BLOB) FROM model_of_weights))", "lookalike_part: model must have what was learned up to the step weights"),
    "no seeds": (f"lookalikes_of('lines', {LINES}, model := (SELECT struct_update(model, seeds := NULL::BIGINT) FROM model_of_fit))", "lookalikes_of: model.seeds must be 0 to "),
    "no fit": (f"lookalikes_of('lines', {LINES}, model := (SELECT struct_update(model, fit := NULL::BLOB) FROM model_of_fit))", "lookalikes_of: model must have what was learned up to the step fit"),
    "a fit of something else": (f"lookalikes_of('lines', {LINES}, model := (SELECT struct_update(model, fit := model.weights) FROM model_of_fit))", "lookalikes_of: blob was not made by this extension"),
    "no score without a model": (f"lookalikes_of('lines', {LINES})", "lookalikes_of: model must be that of audience.lookalike_model after all steps, got NULL"),
    "no score without a step": (f"lookalikes_of('lines', {LINES}, model := $weights)", "lookalikes_of: model must be that of audience.lookalike_model after all steps, got the one after the step weights"),
    "another seed": ("lookalikes_of('lines', customer_id, order_date, product_id, amount, category = 'Tents' OR category = 'Wine', model := $fit)", "lookalikes_of: seed must be that of the model, which has "),
    "a smaller seed": ("lookalikes_of('lines', customer_id, order_date, product_id, amount, category = 'Tents' AND customer_id < 9, model := $fit)", "lookalikes_of: seed must be that of the model, which has "),
    "another seed of a part": ("lookalikes_of('(FROM lines WHERE customer_id < 200)', customer_id, order_date, product_id, amount, true, model := $fit)", "lookalikes_of: seed must be that of the model, which has "),
    "top": (f"lookalikes_of('lines', {LINES}, model := $fit, top := 0)", "lookalikes_of: top must be at least 1, got 0"),
}


@pytest.fixture(scope="module")
def steps(extension_path: Path):
    """A model of four parts, after each step."""
    with support.connect() as connection:
        connection.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 300)")
        learn(connection, "lines", 4, "category = 'Tents'")
        yield connection


@pytest.mark.parametrize("case", ERRORS)
def test_what_does_not_fit_is_refused(steps: duckdb.DuckDBPyConnection, case: str) -> None:
    text, message = ERRORS[case]
    for step in STEPS:
        text = text.replace(f"${step}", f"(SELECT model FROM model_of_{step})")
    if "'(" in text:
        before, rest = text.split("'(", 1)
        relation, after = rest.rsplit(")'", 1)
        relation = relation.replace("''", "'")
        steps.execute(f"CREATE OR REPLACE TEMP TABLE other AS {relation}")
        text = f"{before}'other'{after}"
    with pytest.raises(duckdb.Error) as error:
        steps.execute(f"FROM audience.{text}").fetchall()
    assert f"audience: {message}" in str(error.value)


@pytest.mark.parametrize("arguments", ["product_id, amount, category = 'Wine'", "product_id, amount + 1, category = 'Tents'"])
def test_another_call_in_a_later_step_is_refused(steps: duckdb.DuckDBPyConnection, arguments: str) -> None:
    """As many lines, so only their checksum tells."""
    given = "model := (SELECT model FROM model_of_products)"
    with pytest.raises(duckdb.Error) as error:
        steps.execute(f"CREATE OR REPLACE TEMP TABLE others AS FROM audience.lookalike_part('lines', customer_id, order_date, {arguments}, {given})")
        steps.execute(f"FROM audience.lookalike_model('others', {given})")
    assert "parts must be made of the same order lines in every step, with the same seed, filter and amount" in str(error.value)


def test_a_seed_of_nobody_is_refused(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(duckdb.InvalidInputException, match="audience: lookalike_model: parts have no seed: it holds for none of [0-9]+ customers"):
        learn(con, "lines", 4, "customer_id = -1")


@pytest.mark.parametrize("selected", ["count(*)", "any_value(model.step)"])
def test_checks_hold_whatever_is_read(steps: duckdb.DuckDBPyConnection, selected: str) -> None:
    steps.execute("CREATE OR REPLACE TEMP TABLE three AS FROM weights LIMIT 3")
    with pytest.raises(duckdb.Error, match="parts must be all parts, each once"):
        steps.execute(f"SELECT {selected} FROM audience.lookalike_model('three', model := (SELECT model FROM model_of_products))").fetchall()
    part = selected.replace("model.", "part.")
    with pytest.raises(duckdb.Error, match="model is complete"):
        steps.execute(f"SELECT {part} FROM audience.lookalike_part('lines', {LINES}, model := (SELECT model FROM model_of_fit))").fetchall()
    with pytest.raises(duckdb.Error, match="after all steps, got the one after the step weights"):
        steps.execute(f"SELECT count(*) FROM audience.lookalikes_of('lines', {LINES}, model := (SELECT model FROM model_of_weights))").fetchall()
