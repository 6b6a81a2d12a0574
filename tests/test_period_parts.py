"""The functions over time on orders that are read in parts: the sums over the parts are what the function counts at once."""

import duckdb
import pytest

import support

ORDERS = "'{}', customer_id, order_date"
# What the models, the history of each part and that of all orders take.
SETTINGS = {
    "months": "since := DATE '2024-03-05', until := DATE '2025-12-13'",
    "weeks": "every := '1 week', since := DATE '2025-06-01', until := DATE '2025-12-31'",
    "years, from before the first order": "every := '1 year', since := DATE '2019-03-01', until := DATE '2025-07-01'",
    "one day": "every := '1 day', since := DATE '2025-06-30', until := DATE '2025-06-30'",
    "filter": "filter := status = 'completed', since := DATE '2025-01-01', until := DATE '2025-12-31'",
}
# At 7 nearly all are in one part, one has refunds only, and one is empty.
PARTS = {1: "0", 4: "hash(customer_id) % 4", 7: "CASE WHEN customer_id < 0 THEN 5 ELSE least(hash(customer_id) % 100, 4) END"}
MODELS = "models := (SELECT models FROM saved)"
DAYS = ("DATE '2025-03-05'", "DATE '2025-12-13'")
BETWEEN = f"{ORDERS}, {', '.join(DAYS)}, amount := amount"
GIVEN = "since_model := (SELECT shop.model FROM shop_0), until_model := (SELECT shop.model FROM shop_1)"


@pytest.fixture(scope="module")
def con(extension_path):
    with support.connect() as connection:
        connection.execute("""
            CREATE TABLE orders AS FROM audience.demo_orders(customers := 1500);
            INSERT INTO orders SELECT * REPLACE (NULL AS customer_id) FROM orders WHERE order_id % 50 = 0;
            INSERT INTO orders SELECT * REPLACE (-customer_id AS customer_id, -1 AS amount) FROM orders WHERE customer_id = 3;
            INSERT INTO orders SELECT * REPLACE (NULL AS amount) FROM orders WHERE order_id % 31 = 0;
            CREATE TABLE fewer AS FROM orders WHERE order_date > DATE '2024-02-01'""")
        yield connection


def split(con: duckdb.DuckDBPyConnection, parts: int) -> None:
    for number in range(parts):
        con.execute(f"CREATE OR REPLACE TEMP VIEW part_{number} AS FROM orders WHERE coalesce({PARTS[parts]}, 0) = {number}")


def united(call: str, parts: int) -> str:
    return " UNION ALL ".join(f"FROM audience.{call.format(f'part_{number}')}" for number in range(parts))


def fit(con: duckdb.DuckDBPyConnection, setting: str, parts: int) -> None:
    split(con, parts)
    con.execute(f"CREATE OR REPLACE TEMP TABLE states AS {united(f'period_models_part({ORDERS}, amount, {setting})', parts)}")
    con.execute("CREATE OR REPLACE TEMP TABLE saved AS FROM audience.period_models('states')")


def difference(con: duckdb.DuckDBPyConnection, wanted: str, found: str) -> tuple[int, int]:
    """How many rows are wanted, and how many are other ones."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE wanted AS {wanted}; CREATE OR REPLACE TEMP TABLE found AS {found}")
    return con.execute("""SELECT (SELECT count(*) FROM wanted),
        (SELECT count(*) FROM ((FROM wanted EXCEPT ALL FROM found) UNION ALL (FROM found EXCEPT ALL FROM wanted)))""").fetchone()


def sums(relation: str) -> str:
    """Numbers of customers, and money in cents."""
    return f"""SELECT period_end, lifecycle_stage, sum(customers) AS customers, sum(revenue::DECIMAL(38, 2)) AS revenue,
        sum(change_from_previous) AS change_from_previous, sum(change_from_year_before) AS change_from_year_before FROM ({relation}) GROUP BY ALL"""


@pytest.mark.parametrize("parts", PARTS)
@pytest.mark.parametrize("setting", SETTINGS)
def test_the_history_of_parts_adds_up(con: duckdb.DuckDBPyConnection, setting: str, parts: int) -> None:
    options = SETTINGS[setting]
    fit(con, options, parts)
    call = f"lifecycle_history({ORDERS}, amount, {options}"
    count, different = difference(con, sums(f"FROM audience.{call.format('orders')})"), sums(united(f"{call}, {MODELS})", parts)))
    assert count >= 4 and different == 0
    assert con.execute("SELECT count(*) FROM found WHERE customers > 0 AND revenue > 0").fetchone()[0] >= 3
    shares = "SELECT period_end, lifecycle_stage, {} AS share FROM {}"
    whole = shares.format("share", f"audience.{call.format('orders')})")
    assert difference(con, whole, shares.format("customers / nullif(sum(customers) OVER (PARTITION BY period_end), 0)", "found"))[1] == 0


def test_without_the_models_the_parts_are_other_shops(con: duckdb.DuckDBPyConnection) -> None:
    split(con, 7)
    call = f"lifecycle_history({ORDERS}, amount, {SETTINGS['months']})"
    assert difference(con, sums(f"FROM audience.{call.format('orders')}"), sums(united(call, 7)))[1] > 0


def test_the_models_are_those_of_all_orders(con: duckdb.DuckDBPyConnection) -> None:
    fit(con, SETTINGS["months"], 4)
    con.execute("CREATE OR REPLACE TEMP TABLE fitted AS SELECT unnest(models.periods) AS period FROM saved")
    days = con.execute("SELECT period.period_end FROM fitted WHERE period.period_end >= DATE '2023-06-01'").fetchall()
    assert len(days) > 20
    for (day,) in days[::7]:
        model = f"SELECT {{}} FROM audience.purchase_model('orders', customer_id, order_date, amount := amount, as_of := DATE '{day}')"
        fields = ", ".join(f"{{}}{field}" for field in ("r", "alpha", "a", "b", "typical_gap_days", "order_value"))
        of_part = f"SELECT {fields.replace('{}', 'period.model.')} FROM fitted WHERE period.period_end = DATE '{day}'"
        assert con.execute(of_part).fetchall() == con.execute(model.format(fields.replace("{}", "model."))).fetchall()
    assert con.execute("SELECT models.first_order_date = (SELECT min(order_date) FROM orders WHERE amount IS NULL OR amount >= 0) FROM saved").fetchone() == (True,)


@pytest.mark.parametrize("parts", PARTS)
def test_the_changes_of_parts_are_those_of_all(con: duckdb.DuckDBPyConnection, parts: int) -> None:
    split(con, parts)
    for number, day in enumerate(DAYS):
        con.execute(f"CREATE OR REPLACE TEMP TABLE histories AS {united(f'histories({ORDERS}, amount, as_of := {day})', parts)}")
        con.execute(f"CREATE OR REPLACE TEMP TABLE shop_{number} AS FROM audience.shop('histories', as_of := {day})")
    changes, moves = (f"lifecycle_{name}({BETWEEN}" for name in ("changes", "transitions"))
    count, different = difference(con, f"FROM audience.{changes.format('orders')})", united(f"{changes}, {GIVEN})", parts))
    assert count > 500 and different == 0
    summed = "SELECT from_stage, to_stage, sum(customers) AS customers FROM ({}) GROUP BY ALL"
    wanted, found = f"FROM audience.{moves.format('orders')})", united(f"{moves}, {GIVEN})", parts)
    count, different = difference(con, summed.format(wanted), summed.format(found))
    assert count > 12 and different == 0
    of_all = "SELECT from_stage, to_stage, customers / sum(customers) OVER (PARTITION BY from_stage) AS share FROM found"
    assert difference(con, f"SELECT from_stage, to_stage, share FROM ({wanted})", of_all.replace("found", f"({summed.format(found)})"))[1] == 0


# What the models of 0 to 2 are of, and what is said of them.
OTHER_DAYS = {
    (1, 0): "since_model must be fitted with as_of := 2025-03-05, which is since, got a model of 2025-12-13",
    (0, 0): "until_model must be fitted with as_of := 2025-12-13, which is until, got a model of 2025-03-05",
    (0, 2): "until_model must be fitted with as_of := 2025-12-13, which is until, got a model of 2025-12-31",
    (3, 1): "since_model must be fitted with as_of := 2025-03-05, which is since, got a model without a day; make it anew",
}


@pytest.mark.parametrize("given", OTHER_DAYS)
@pytest.mark.parametrize("function", ["lifecycle_changes", "lifecycle_transitions"])
def test_models_of_other_days_are_refused(con: duckdb.DuckDBPyConnection, function: str, given: tuple[int, int]) -> None:
    """Such as the two in the wrong order, which gave other stages and no error."""
    fitted = "SELECT {} AS place, model FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := {})"
    con.execute(f"CREATE OR REPLACE TEMP TABLE models AS {' UNION ALL '.join(fitted.format(*of) for of in enumerate((*DAYS, DAYS[1].replace('13', '31'))))}")
    con.execute("INSERT INTO models SELECT 3, struct_update(model, as_of := NULL::DATE) FROM models WHERE place = 0")
    call = f"FROM audience.{function}({BETWEEN.format('orders')}"
    models = "since_model := (SELECT model FROM models WHERE place = {}), until_model := (SELECT model FROM models WHERE place = {})"
    assert difference(con, f"{call})", f"{call}, {models.format(0, 1)})")[1] == 0
    with pytest.raises(duckdb.InvalidInputException, match=f"audience: {function}: {OTHER_DAYS[given]}"):
        con.execute(f"{call}, {models.format(*given)})")


def test_nobody_bought_up_to_the_first_day(con: duckdb.DuckDBPyConnection) -> None:
    """The models know their day without a customer."""
    days = "DATE '2020-01-01'", "DATE '2025-12-31'"
    model = "(SELECT model FROM audience.purchase_model('orders', customer_id, order_date, amount, as_of := {}))"
    call = f"FROM audience.lifecycle_transitions({ORDERS.format('orders')}, {', '.join(days)}, amount := amount"
    assert difference(con, f"{call})", f"{call}, since_model := {model.format(days[0])}, until_model := {model.format(days[1])})")[1] == 0


MONTHS = SETTINGS["months"]
BAD = {
    "every := '1 week', " + MONTHS: "models must be those of the same every, since and until, got none for the period that ends on",
    MONTHS.replace("2025-12-13", "2025-12-14"): "models must be those of the same every, since and until, got none for the period that ends on",
    MONTHS.replace("2024-03-05", "2024-02-05"): "models must be those of the same every, since and until, got none for the period that ends on 2023-02-28",
    MONTHS.replace("2024-03-05", "2024-04-05"): None,
    "until := DATE '2025-12-13'": "since must be given with models, as for audience.period_models_part, got NULL",
    "since := DATE '2024-03-05'": "until must be given with models, as for audience.period_models_part, got NULL",
}


@pytest.mark.parametrize("options", BAD)
def test_models_of_other_periods_are_refused(con: duckdb.DuckDBPyConnection, options: str) -> None:
    """A span within theirs is not: it has the same models."""
    fit(con, MONTHS, 1)
    history = f"FROM audience.lifecycle_history({ORDERS.format('orders')}, amount, {options}"
    if BAD[options] is None:
        assert difference(con, f"{history})", f"{history}, {MODELS})")[1] == 0
        return
    with pytest.raises(duckdb.InvalidInputException, match=f"audience: lifecycle_history: {BAD[options]}"):
        con.execute(f"{history}, {MODELS})")


def test_models_of_other_orders_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE states AS FROM audience.period_models_part({ORDERS.format('fewer')}, amount, {MONTHS})")
    con.execute("CREATE OR REPLACE TEMP TABLE saved AS FROM audience.period_models('states')")
    with pytest.raises(duckdb.InvalidInputException, match="lifecycle_history: models must be those of all orders, which begin 2024-02-0. for them, and here on 2023-"):
        con.execute(f"FROM audience.lifecycle_history({ORDERS.format('orders')}, amount, {MONTHS}, {MODELS})")


NO_MODELS = {
    "(SELECT saved FROM saved)": "models must be the column models of audience.period_models, got another STRUCT",
    "{'first_order_date': DATE '2023-01-01'}": "models must be the column models of audience.period_models, got another STRUCT",
    "{'first_order_date': DATE '2023-01-01', 'periods': []}": "models must be those of the same every, since and until",
    "(SELECT {'first_order_date': DATE '2023-01-01', 'periods': [{'period_end': __period.period_end} FOR __period IN models.periods]} FROM saved)": "model",
    "(SELECT {'first_order_date': DATE '2023-01-01', 'periods': list_reverse(models.periods)} FROM saved)": "models must be those of the same every, since and until",
    "(SELECT state FROM states)": "models must be the column models of audience.period_models, got BLOB",
}


@pytest.mark.parametrize("models", NO_MODELS)
def test_what_is_no_models_is_refused(con: duckdb.DuckDBPyConnection, models: str) -> None:
    fit(con, MONTHS, 1)
    with pytest.raises(duckdb.Error, match=NO_MODELS[models]):
        con.execute(f"FROM audience.lifecycle_history({ORDERS.format('orders')}, amount, {MONTHS}, models := {models})")


def test_states_of_other_periods_do_not_add_up(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"""CREATE OR REPLACE TEMP TABLE states AS FROM audience.period_models_part({ORDERS.format('orders')}, amount, {MONTHS})
        UNION ALL FROM audience.period_models_part({ORDERS.format('orders')}, amount, every := '1 week', {MONTHS})""")
    with pytest.raises(duckdb.InvalidInputException, match="audience: period_models: states must be of the same every, since and until"):
        con.execute("FROM audience.period_models('states')")


def test_shops_without_orders(con: duckdb.DuckDBPyConnection) -> None:
    con.execute(f"CREATE OR REPLACE TEMP TABLE states AS FROM audience.period_models_part({ORDERS.format('orders')}, amount, filter := false, {MONTHS})")
    con.execute("CREATE OR REPLACE TEMP TABLE saved AS FROM audience.period_models('states')")
    history = f"SELECT count(*) FROM audience.lifecycle_history({ORDERS.format('orders')}, amount, filter := false, {MONTHS}, {MODELS})"
    assert con.execute(history).fetchone() == (0,)
    assert con.execute("SELECT models.first_order_date IS NULL, len(models.periods) > 20 FROM saved").fetchone() == (True, True)
    with pytest.raises(duckdb.InvalidInputException, match="models must be those of all orders, which begin never for them"):
        con.execute(history.replace("filter := false", "filter := true"))
