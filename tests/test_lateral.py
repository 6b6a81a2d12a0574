"""A function that is called for each row of a relation (LATERAL) gives what it gives when called for each of its values: one
chunk of DuckDB then has the rows of several calls, with another model, another day and other options."""

import duckdb
import pytest

import support

ORDERS = "'orders', customer_id, order_date"
LINES = "'lines', customer_id, order_date, product_id"
DAYS = ("DATE '2025-06-30'", "DATE '2025-12-31'")
COUNTRIES = ("'DE'", "'FR'")
# What is called, with $ for what comes from the other relation, and the values it takes.
CALLS = {
    "customers as_of": (f"customers({ORDERS}, amount, as_of := $)", DAYS),
    "customers filter": (f"customers({ORDERS}, amount, filter := country = $)", COUNTRIES),
    "customers season": (f"customers({ORDERS}, amount, season := $)", ("true", "false")),
    "customers horizon_days": (f"customers({ORDERS}, amount, horizon_days := $)", ("30", "365")),
    "customers value_days": (f"customers({ORDERS}, amount, value_days := $)", ("90", "730")),
    "customers value": (f"customers({ORDERS}, amount, value := amount * $)", ("0.2", "0.4")),
    "lifecycle_stage": (f"lifecycle_stage({ORDERS}, as_of := $)", DAYS),
    "importance_tier": (f"importance_tier({ORDERS}, amount, as_of := $)", DAYS),
    "customer_values": (f"customer_values({ORDERS}, amount, as_of := $)", DAYS),
    "rfm": (f"rfm({ORDERS}, amount, as_of := $)", DAYS),
    "rf_segment": (f"rf_segment({ORDERS}, as_of := $)", DAYS),
    "histories": (f"histories({ORDERS}, amount, as_of := $)", DAYS),
    "lapse_threshold": (f"lapse_threshold({ORDERS}, as_of := $)", DAYS),
    "interested_in horizon_days": (f"interested_in({LINES}, category = 'Coffee', horizon_days := $)", ("30", "90")),
    "interested_in target": (f"interested_in({LINES}, category = $)", ("'Coffee'", "'Wine'")),
    "intent_part": (f"intent_part({LINES}, category = $)", ("'Coffee'", "'Wine'")),
    "lookalike_part": (f"lookalike_part({LINES}, amount, category = 'Coffee', as_of := $)", DAYS),
    "order_gaps_part": (f"order_gaps_part({ORDERS}, as_of := $)", DAYS),
    "period_models_part": (f"period_models_part({ORDERS}, amount, since := DATE '2025-01-01', until := $)", DAYS),
    "interests": (f"interests({LINES}, category, as_of := $)", DAYS),
    "cross_sell": (f"cross_sell({LINES}, category = 'Coffee', category = 'Wine', as_of := $)", DAYS),
    "lookalikes": (f"lookalikes({LINES}, amount, category = $)", ("'Coffee'", "'Wine'")),
    "recommend": (f"recommend({LINES}, as_of := $)", DAYS),
    "overview": (f"overview({ORDERS}, amount, as_of := $)", DAYS),
    "value_risk": (f"value_risk({ORDERS}, amount, as_of := $)", DAYS),
    "cohort_forecast": (f"cohort_forecast({ORDERS}, amount, as_of := $)", DAYS),
    "cohort_payback": (f"cohort_payback({ORDERS}, amount, 90, as_of := $)", DAYS),
    "trigger_due": (f"trigger_due({ORDERS}, as_of := $)", DAYS),
    "trigger_simulation": (f"trigger_simulation({ORDERS}, amount, DATE '2025-01-01', DATE '2025-03-31', as_of := $)", DAYS),
    "won_back": (f"won_back({ORDERS}, amount, as_of := $)", DAYS),
    "cohorts": (f"cohorts({ORDERS}, amount, as_of := $)", DAYS),
    "order_gaps": (f"order_gaps({ORDERS}, as_of := $)", DAYS),
    "purchase_model": (f"purchase_model({ORDERS}, amount, as_of := $)", DAYS),
    "bought": ("bought('lines', customer_id, order_date, category = 'Coffee', as_of := $)", DAYS),
    "lifecycle_history": (f"lifecycle_history({ORDERS}, amount, until := $)", DAYS),
    "product_affinity": (f"product_affinity({LINES}, as_of := $)", DAYS),
    "product_affinity_part": (f"product_affinity_part({LINES}, as_of := $)", DAYS),
    "lookalike_quality": (f"lookalike_quality({LINES}, amount, category = $)", ("'Coffee'", "'Wine'")),
    "seasonality": (f"seasonality({ORDERS}, as_of := $)", DAYS),
    "backtest": (f"backtest({ORDERS}, amount, $)", ("DATE '2025-03-31'", "DATE '2025-06-30'")),
    "replenishment": (f"replenishment({LINES}, filter := category = $)", ("'Coffee'", "'Wine'")),
    "replenishment as_of": (f"replenishment({LINES}, as_of := $)", DAYS),
}
# Where a version of DuckDB cannot plan it, or the extension says that it does not do it: an error, and no other rows.
REFUSED = {
    "audience_history": (f"audience_history({ORDERS}, amount, 'definitions', until := $)", DAYS),
    "audience_history since": (f"audience_history({ORDERS}, amount, 'definitions', since := $)", DAYS),
    "intent_backtest": (f"intent_backtest({LINES}, category, $)", ("DATE '2025-06-30'", "DATE '2025-09-30'")),
    "report": (f"report({ORDERS}, amount, as_of := $)", DAYS),
    "report of audiences": (f"report({ORDERS}, amount, members := 'members', lines := 'bought', as_of := $)", DAYS),
    "members with lines": ("members('shop', customer_id, 'definitions', as_of := $, lines := 'lines', line_customer_id := customer_id, line_date := order_date)", DAYS),
    "contact_stage": (f"contact_stage('contacts', contact_id, {ORDERS}, amount, as_of := $)", DAYS),
    "members": ("members('shop', customer_id, 'definitions', as_of := $)", DAYS),
}
ERRORS = (
    "audience: members: as_of must be the same in every row; call it once for each day",
    "Unsupported join type for flattening correlated subquery",
)


@pytest.fixture
def shop(extension_path):
    with support.connect() as con:
        con.execute("""
            CREATE TABLE orders AS FROM audience.demo_orders();
            CREATE TABLE lines AS FROM audience.demo_lines();
            CREATE TABLE contacts AS FROM audience.demo_contacts();
            CREATE TABLE shop AS FROM audience.customers('orders', customer_id, order_date, amount);
            CREATE TABLE members AS SELECT 'All' AS audience, customer_id FROM shop;
            CREATE TABLE bought AS SELECT * RENAME (product_id AS product) FROM lines;
            CREATE TABLE definitions AS FROM (VALUES
                ('Leaving', '{"column": "lifecycle_stage", "=": "Slipping Away"}'),
                ('Recent', '{"column": "last_order_date", "within_last_days": 60}')) v(name, definition);""")
        yield con


def differing(con: duckdb.DuckDBPyConnection, function: str, values: tuple[str, ...]) -> tuple[bool, int]:
    """Whether there are rows, and how many are not the same."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE given AS FROM (VALUES {', '.join(f'({value})' for value in values)}) v(given_value)")
    alone = " UNION ALL ".join(f"SELECT {value} AS given_value, * FROM audience.{function.replace('$', value)}" for value in values)
    con.execute(f"CREATE OR REPLACE TEMP TABLE alone AS {alone}")
    con.execute(f"CREATE OR REPLACE TEMP TABLE together AS SELECT * FROM given, audience.{function.replace('$', 'given_value')}")
    different = "(FROM together EXCEPT ALL FROM alone) UNION ALL (FROM alone EXCEPT ALL FROM together)"
    return con.execute(f"SELECT (SELECT count(*) FROM alone) > 0, count(*) FROM ({different})").fetchone()


@pytest.mark.parametrize("call", CALLS)
def test_each_row_has_its_own_call(shop: duckdb.DuckDBPyConnection, call: str) -> None:
    assert differing(shop, *CALLS[call]) == (True, 0)


@pytest.mark.parametrize("call", REFUSED)
def test_it_is_an_error_or_the_same(shop: duckdb.DuckDBPyConnection, call: str) -> None:
    try:
        found = differing(shop, *REFUSED[call])
    except duckdb.Error as error:
        assert any(known in str(error) for known in ERRORS), error
        assert call.startswith("members") or duckdb.__version__ < "2", error
    else:
        assert found == (True, 0)
