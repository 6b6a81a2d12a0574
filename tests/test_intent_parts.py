"""Order lines that are read in parts: the rows of `audience.interested_in` and `audience.interests`, bit for bit."""

from pathlib import Path

import duckdb
import pytest

import support

STEPS = ("products", "weights", "scales", "calibration")
# What interested_in takes, interested_in_of and all of them.
SETTINGS = {
    "default": ("", ""),
    "day and filter": ("as_of := DATE '2025-03-01', filter := quantity > 0", ""),
    "amounts": ("amount := amount", ""),
    "only new": ("horizon_days := 30, name := product_name", "only_new := true"),
    "names": ("name := CASE WHEN hash(order_id) % 3 > 0 THEN product_name END, amount := CASE WHEN quantity > 1 THEN amount END", ""),
}
# A part of one customer's lines, the NULL customer's too.
SPLITS = {1: "0", 4: "hash(customer_id) % 4", 7: "least(hash(customer_id) % 100, 4)"}
OF = {"interested_in": "category = 'Tents'", "interests": "category"}


@pytest.fixture(scope="module")
def con(extension_path: Path):
    with support.connect() as connection:
        connection.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 500)")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS customer_id) FROM lines WHERE order_id % 50 = 0")
        connection.execute("INSERT INTO lines SELECT * REPLACE (NULL AS product_id) FROM lines WHERE order_id % 60 = 0")
        yield connection


def arguments(*options: str) -> str:
    return "".join(f", {option}" for option in options if option)


def learn(con: duckdb.DuckDBPyConnection, lines: str, parts: int, label: str, options: str = "") -> None:
    """The complete model, in `saved`; the parts of a step stay in a table of its name."""
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP TABLE lines_{number} AS FROM {lines} WHERE coalesce({SPLITS[parts]}, 0) = {number}")
    given = "NULL"
    for step in STEPS:
        calls = [f"FROM audience.intent_part('lines_{number}', customer_id, order_date, product_id, {label}, model := {given}{arguments(options)})" for number in range(parts)]
        con.execute(f"CREATE OR REPLACE TEMP TABLE {step} AS {' UNION ALL '.join(calls)}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE model_of_{step} AS FROM audience.intent_model('{step}', model := {given})")
        given = f"(SELECT model FROM model_of_{step})"
    con.execute("CREATE OR REPLACE TEMP VIEW saved AS FROM model_of_calibration")


def score(con: duckdb.DuckDBPyConnection, function: str, parts: int, options: str) -> None:
    """The rows of all parts, ranked."""
    label = OF[function]
    calls = [f"FROM audience.{function}_of('lines_{number}', customer_id, order_date, product_id, {label}, model := (SELECT model FROM saved){arguments(options)})" for number in range(parts)]
    partition = "PARTITION BY label" if function == "interests" else ""
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE found AS
        SELECT * EXCLUDE units REPLACE (row_number() OVER ranked AS rank,
               CASE WHEN probability IS NOT NULL THEN sum(units) OVER ranked / nullif(sum(units) OVER ({partition}), 0) END AS cumulative_buyer_share)
        FROM (SELECT *, (probability * 4611686018427387904)::BIGINT AS units FROM ({' UNION ALL '.join(calls)}))
        WINDOW ranked AS ({partition} ORDER BY score DESC, customer_id ROWS UNBOUNDED PRECEDING)""")


def difference(con: duckdb.DuckDBPyConnection) -> int:
    return sum(con.execute(f"SELECT count(*) FROM (FROM {a} EXCEPT ALL FROM {b})").fetchone()[0] for a, b in [("wanted", "found"), ("found", "wanted")])


@pytest.mark.parametrize(
    ("setting", "function", "parts"),
    [*((setting, "interested_in", parts) for setting in SETTINGS for parts in (1, 4)), ("default", "interested_in", 7), ("amounts", "interests", 4), ("only new", "interests", 7)],
)
def test_parts_give_the_rows_of_the_whole(con: duckdb.DuckDBPyConnection, setting: str, function: str, parts: int) -> None:
    options, of_rows = SETTINGS[setting]
    whole = f"FROM audience.{function}('lines', customer_id, order_date, product_id, {OF[function]}{arguments(options, of_rows)})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS {whole}")
    learn(con, "lines", parts, OF[function], options)
    # Day, horizon and names are the model's.
    given = [option for option in options.split(", ") if option.startswith(("filter", "amount"))]
    score(con, function, parts, ", ".join([*given, *filter(None, [of_rows])]))
    assert con.execute("SELECT count(*) > 200, count(probability) > 200, count(DISTINCT evidence) > 0, count(*) FILTER (len(because) > 0) > 50 FROM wanted").fetchone() == (True,) * 4
    assert difference(con) == 0


def test_all_at_once_has_ranks_and_a_part_has_none(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 4, OF["interested_in"])
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.interested_in('lines', customer_id, order_date, product_id, category = 'Tents', top := 50)")
    rows = "FROM audience.interested_in_of('{}', customer_id, order_date, product_id, category = 'Tents', model := (SELECT model FROM saved), top := 50)"
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS {rows.format('lines')}")
    assert difference(con) == 0
    assert con.execute(f"SELECT count(*), count(rank), count(cumulative_buyer_share) {rows.format('lines_2')}").fetchone() == (50, 0, 0)
    # The best of all are among the best of each part.
    best = " UNION ALL ".join(f"SELECT customer_id, score {rows.format(f'lines_{number}')}" for number in range(4))
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT customer_id FROM wanted")
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS SELECT customer_id FROM ({best}) ORDER BY score DESC, customer_id LIMIT 50")
    assert difference(con) == 0


def test_parquet_and_the_order_of_parts(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """A model is the same whoever added the parts up, and a file keeps what it needs."""
    learn(con, "lines", 4, "category", "amount := amount")
    given = "NULL"
    for step in STEPS:
        con.execute(f"COPY (FROM {step} ORDER BY part.lines DESC) TO '{tmp_path}/{step}.parquet'")
        con.execute(f"COPY (FROM audience.intent_model('{tmp_path}/{step}.parquet', model := {given})) TO '{tmp_path}/model_of_{step}.parquet'")
        given = f"(SELECT model FROM '{tmp_path}/model_of_{step}.parquet')"
    con.execute(f"CREATE OR REPLACE TEMP TABLE found AS FROM '{tmp_path}/model_of_calibration.parquet'")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM saved")
    assert difference(con) == 0


def test_lines_that_come_while_parts_are_read_change_nothing(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 1, OF["interested_in"])
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS SELECT model.fingerprint FROM saved")
    con.execute("CREATE OR REPLACE TEMP TABLE later AS FROM lines UNION ALL SELECT * REPLACE (order_date + 10 AS order_date, 'new' AS product_id) FROM lines WHERE order_date > DATE '2025-12-25'")
    for before, step in zip(STEPS, STEPS[1:]):
        given = f"(SELECT model FROM model_of_{before})"
        con.execute(f"CREATE OR REPLACE TEMP TABLE part AS FROM audience.intent_part('later', customer_id, order_date, product_id, category = 'Tents', model := {given})")
        con.execute(f"CREATE OR REPLACE TEMP TABLE model_of_{step} AS FROM audience.intent_model('part', model := {given})")
    con.execute("CREATE OR REPLACE TEMP TABLE found AS SELECT model.fingerprint FROM model_of_calibration")
    assert difference(con) == 0


def test_nothing_at_all(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("CREATE OR REPLACE TEMP TABLE none AS FROM lines WHERE false")
    learn(con, "none", 1, OF["interested_in"])
    assert con.execute("SELECT model.step, model.lines, model.products FROM saved").fetchone() == ("calibration", 0, [])
    assert con.execute("FROM audience.interested_in_of('none', customer_id, order_date, product_id, true, model := (SELECT model FROM saved))").fetchall() == []


KEYS = ["[{n}, 1]::INTEGER[2]", "{{'a': [{n}], 'b': NULL::INTEGER}}", "lpad(({n})::VARCHAR, 32, '0')::UUID", "(({n}) / 8)::DECIMAL(38, 3)", "('p' || {n})::BLOB", "TIMESTAMPTZ '2000-01-01' + to_days({n})"]


@pytest.mark.parametrize("key", KEYS)
def test_keys_may_be_of_any_type(con: duckdb.DuckDBPyConnection, key: str) -> None:
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE keyed AS SELECT {key.format(n='i::INTEGER % 90')} AS customer_id, DATE '2024-01-01' + (hash(i) % 300)::INTEGER AS order_date,
               {key.format(n='(hash(i, 1) % (3 + i % 9))::INTEGER')} AS product_id, {key.format(n='(hash(i, 1) % 3)::INTEGER')} AS category
        FROM range(900) r(i)""")
    con.execute("CREATE OR REPLACE TEMP TABLE wanted AS FROM audience.interests('keyed', customer_id, order_date, product_id, category)")
    learn(con, "keyed", 4, "category")
    score(con, "interests", 4, "")
    assert con.execute("SELECT count(*), count(DISTINCT label) FROM wanted").fetchone() == (270, 3)
    assert difference(con) == 0


LINES = "customer_id, order_date, product_id, category = 'Tents'"
ERRORS = {
    "parts that are none": ("intent_model('(FROM weights LIMIT 0)', model := $products)", "intent_model: parts must have a row"),
    "a part is missing": ("intent_model('(FROM weights LIMIT 3)', model := $products)", "intent_model: parts must be all parts, each once: the model was made of "),
    "a part twice": ("intent_model('(FROM weights UNION ALL FROM weights LIMIT 5)', model := $products)", "intent_model: parts must be all parts, each once"),
    "no model": ("intent_model('weights')", "intent_model: parts must be of the step products, got weights"),
    "a step again": ("intent_model('weights', model := $weights)", "intent_model: parts must be of the step scales, got weights"),
    "a step too many": ("intent_model('calibration', model := $calibration)", "intent_model: parts must be of the step that a model still lacks"),
    "two steps": ("intent_model('(FROM weights UNION ALL FROM products)', model := $products)", "intent_model: parts must be of one step"),
    "another model": ("intent_model('(SELECT struct_update(part, fingerprint := ''x'') AS part FROM weights)', model := $products)", "intent_model: parts must be made with the model that is given"),
    "another version": ("intent_model('(SELECT struct_update(part, format_version := 1) AS part FROM weights)', model := $products)", "intent_model: parts have the format version 1, and this version of audience reads 2"),
    "no state": ("intent_model('(SELECT struct_update(part, state := NULL::BLOB) AS part FROM weights)', model := $products)", "intent_model: parts must have the lines and what was learned"),
    "the state of another step": ("intent_model('(SELECT struct_update(part, state := (SELECT part.state FROM scales LIMIT 1)) AS part FROM weights)', model := $products)", "intent_model: states must be those of intent_weights"),
    "a damaged state": ("intent_model('(SELECT struct_update(part, state := part.state || ''x''::BLOB) AS part FROM weights)', model := $products)", "intent_model: states are damaged"),
    "no label": ("intent_model('(FROM audience.intent_part(''lines'', customer_id, order_date, product_id, category = ''Tent''))')", "intent_model: parts have no label: it is NULL or false in every order line"),
    "a complete model": (f"intent_part('lines', {LINES}, model := $calibration)", "intent_part: model is complete"),
    "another day": (f"intent_part('lines', {LINES}, model := $weights, as_of := DATE '2025-01-01')", "intent_part: as_of must be that of the model, 2025-12-31, got 2025-01-01"),
    "another horizon": (f"intent_part('lines', {LINES}, model := $weights, horizon_days := 90)", "intent_part: horizon_days must be that of the model, 60, got 90"),
    "infinity": (f"intent_part('lines', {LINES}, as_of := DATE 'infinity')", "intent_part: as_of must be a finite date, got infinity"),
    "other products": ("intent_part('lines', customer_id, order_date, brand, category = 'Tents', model := $weights)", "intent_part: model must be that of these lines: it has no product "),
    "a model of another version": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, format_version := 1) FROM model_of_weights))", "intent_part: model has the format version 1, and this version of audience reads 2"),
    "an unknown step": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, step := 'x') FROM model_of_weights))", "intent_part: model.step must be products, weights, scales or calibration, got x"),
    "no day": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, as_of := NULL::DATE) FROM model_of_weights))", "intent_part: model.as_of must be a finite date, got NULL"),
    "an impossible horizon": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, horizon_days := 0) FROM model_of_weights))", "intent_part: model.horizon_days must be 1 to 3650, got 0"),
    "too few names": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, names := model.names[2:]) FROM model_of_weights))", "intent_part: model must have products, a name of each"),
    "nothing learned": (f"intent_part('lines', {LINES}, model := (SELECT struct_update(model, weights := NULL::BLOB) FROM model_of_weights))", "intent_part: model must have what was learned up to the step weights"),
    "no score without a model": (f"interested_in_of('lines', {LINES})", "interested_in_of: model must be that of audience.intent_model after all steps, got NULL"),
    "no score without a step": (f"interested_in_of('lines', {LINES}, model := $scales)", "interested_in_of: model must be that of audience.intent_model after all steps, got the one after the step scales"),
    "an amount that the model does not know": (f"interested_in_of('lines', {LINES}, model := $calibration, amount := amount)", "interested_in_of: amount must be given to audience.intent_part in every step, or not here either"),
    "another target": ("interested_in_of('lines', customer_id, order_date, product_id, category = 'Wine', model := $calibration)", "interested_in_of: target must be that of the model, where the product "),
    "a model of labels": ("interested_in_of('lines', customer_id, order_date, product_id, category = 'Tents', model := (SELECT struct_update(model, labels := ['Tents']) FROM model_of_calibration))", "interested_in_of: model must be that of these lines: its labels are VARCHAR, and those here BOOLEAN"),
    "a model of a target": ("interests_of('lines', customer_id, order_date, product_id, category, model := $calibration)", "interests_of: model must be that of these lines: it"),
    "another target in a later step": ("intent_part('lines', customer_id, order_date, product_id, category = 'Wine', model := $weights)", "intent_part: label must be that of the model, where the product "),
    "top": (f"interested_in_of('lines', {LINES}, model := $calibration, top := 0)", "interested_in_of: top must be at least 1, got 0"),
}


@pytest.fixture(scope="module")
def steps(extension_path: Path):
    """A model of four parts, after each step."""
    with support.connect() as connection:
        connection.execute("CREATE TABLE lines AS FROM audience.demo_lines(customers := 300)")
        learn(connection, "lines", 4, OF["interested_in"])
        yield connection


@pytest.mark.parametrize("case", ERRORS)
def test_what_does_not_fit_is_refused(steps: duckdb.DuckDBPyConnection, case: str) -> None:
    call, message = ERRORS[case]
    for step in STEPS:
        call = call.replace(f"${step}", f"(SELECT model FROM model_of_{step})")
    if "'(" in call:
        before, rest = call.split("'(", 1)
        relation, after = rest.rsplit(")'", 1)
        relation = relation.replace("''", "'")
        steps.execute(f"CREATE OR REPLACE TEMP TABLE other AS {relation}")
        call = f"{before}'other'{after}"
    with pytest.raises(duckdb.Error) as error:
        steps.execute(f"FROM audience.{call}").fetchall()
    assert f"audience: {message}" in str(error.value)


@pytest.mark.parametrize("read", ["*", "count(*)", "customer_id"])
@pytest.mark.parametrize("function", OF)
def test_an_amount_belongs_into_every_step(con: duckdb.DuckDBPyConnection, function: str, read: str) -> None:
    """Without it the revenue was NULL, or another one."""
    call = f"SELECT {read} FROM audience.{function}_of('lines', customer_id, order_date, product_id, {OF[function]}, model := (SELECT model FROM saved)"
    learn(con, "lines", 1, OF[function])
    with pytest.raises(duckdb.Error, match=f"audience: {function}_of: amount must be given to audience.intent_part in every step, or not here either"):
        con.execute(f"{call}, amount := amount)").fetchall()
    learn(con, "lines", 1, OF[function], "amount := amount")
    with pytest.raises(duckdb.Error, match=f"audience: {function}_of: amount must be given, as it was to audience.intent_part"):
        con.execute(f"{call})").fetchall()
    con.execute(f"CREATE OR REPLACE TEMP TABLE mixed AS FROM products UNION ALL FROM audience.intent_part('lines_0', customer_id, order_date, product_id, {OF[function]})")
    with pytest.raises(duckdb.Error, match="audience: intent_model: parts must be all with an amount, or all without"):
        con.execute("FROM audience.intent_model('mixed')")


def test_amounts_that_are_all_unknown_are_amounts(con: duckdb.DuckDBPyConnection) -> None:
    learn(con, "lines", 1, OF["interested_in"], "amount := NULL::DOUBLE")
    call = f"SELECT count(*) > 400, count(expected_revenue) FROM audience.interested_in_of('lines', customer_id, order_date, product_id, {OF['interested_in']}, model := (SELECT model FROM saved), amount := amount)"
    assert con.execute(call).fetchone() == (True, 0)


@pytest.mark.parametrize("rest", ["nullif(category = 'Tents', order_id % 9 = 0), filter := true", "category = 'Tents', amount := amount"])
def test_another_call_in_a_later_step_is_refused(steps: duckdb.DuckDBPyConnection, rest: str) -> None:
    """As many lines, so only their checksum tells."""
    given = "model := (SELECT model FROM model_of_products)"
    steps.execute(f"CREATE OR REPLACE TEMP TABLE others AS FROM audience.intent_part('lines', customer_id, order_date, product_id, {rest}, {given})")
    with pytest.raises(duckdb.Error, match="intent_model: parts must be made of the same order lines in every step, with the same label, filter and amount"):
        steps.execute(f"FROM audience.intent_model('others', {given})")


@pytest.mark.parametrize("step", STEPS[1:])
def test_a_state_of_another_version_is_refused(steps: duckdb.DuckDBPyConnection, step: str) -> None:
    (state,) = steps.execute(f"SELECT part.state FROM {step}").fetchone()
    name = f"__audience_intent_{step}".encode()
    version = 8 + len(name)
    assert state[8:version] == name and state[version : version + 4] == b"\1\0\0\0"
    changed = state[:version] + b"\7" + state[version + 1 :]
    steps.execute(f"CREATE OR REPLACE TEMP TABLE newer AS SELECT struct_update(part, state := ?::BLOB) AS part FROM {step}", [changed])
    before = STEPS[STEPS.index(step) - 1]
    with pytest.raises(duckdb.InvalidInputException, match="audience: intent_model: states have the format version 7, and this version of audience reads 1; make them anew"):
        steps.execute(f"FROM audience.intent_model('newer', model := (SELECT model FROM model_of_{before}))").fetchall()
