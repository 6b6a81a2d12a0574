"""A moment counts on the day that holds it, whatever its type; DuckDB's cast to DATE rounds nanoseconds."""

import re

import pytest

import support

# The last tick of a day, of every type that has one.
LAST = {
    "DATE": "day",
    "TIMESTAMP_S": "(day + INTERVAL 1 DAY - INTERVAL 1 SECOND)::TIMESTAMP_S",
    "TIMESTAMP_MS": "(day + INTERVAL 1 DAY - INTERVAL 1 MILLISECOND)::TIMESTAMP_MS",
    "TIMESTAMP": "day + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND",
    "TIMESTAMPTZ": "(day + INTERVAL 1 DAY - INTERVAL 1 MICROSECOND)::TIMESTAMPTZ",
    "TIMESTAMP_NS": "(day::VARCHAR || ' 23:59:59.999999999')::TIMESTAMP_NS",
    "VARCHAR": "day::VARCHAR || ' 23:59:59.999999999'",
}

ORDERS = "'{0}', customer_id, moment"
LINES = f"{ORDERS}, product"
CUTOFF = "(SELECT max(moment) FROM {0} WHERE day <= DATE '2024-12-31')"
START = "(SELECT max(moment) FROM {0} WHERE day <= DATE '2024-06-30')"
CALLS = {
    "customers": f"customers({ORDERS}, amount, as_of := {CUTOFF})",
    "customers of groups": f"customers({ORDERS}, amount, peer_group := product)",
    "histories": f"histories({ORDERS}, amount, as_of := {CUTOFF}, peer_group := product)",
    "explain_customer": f"explain_customer({ORDERS}, amount, customer := 7, as_of := {CUTOFF})",
    "customer_values": f"customer_values({ORDERS}, amount, as_of := {CUTOFF})",
    "rfm": f"rfm({ORDERS}, amount, as_of := {CUTOFF})",
    "rf_segment": f"rf_segment({ORDERS}, as_of := {CUTOFF})",
    "lifecycle_history": f"lifecycle_history({ORDERS}, amount, since := {START}, until := {CUTOFF})",
    "overview": f"overview({ORDERS}, amount, as_of := {CUTOFF})",
    "value_risk": f"value_risk({ORDERS}, amount, as_of := {CUTOFF})",
    "won_back": f"won_back({ORDERS}, amount, as_of := {CUTOFF})",
    "lifecycle_transitions": f"lifecycle_transitions({ORDERS}, {START}, {CUTOFF})",
    "cohorts": f"cohorts({ORDERS}, amount)",
    "cohort_forecast": f"cohort_forecast({ORDERS}, amount, as_of := {CUTOFF})",
    "cohort_payback": f"cohort_payback({ORDERS}, amount, 20, as_of := {CUTOFF})",
    "order_gaps": f"order_gaps({ORDERS}, as_of := {CUTOFF})",
    "order_gaps_part": f"order_gaps_part({ORDERS}, as_of := {CUTOFF})",
    "period_models_part": f"period_models_part({ORDERS}, amount, since := {START}, until := {CUTOFF})",
    "lapse_threshold": f"lapse_threshold({ORDERS}, as_of := {CUTOFF})",
    "backtest": f"backtest({ORDERS}, amount, cutoff := {CUTOFF})",
    "bought": f"bought({ORDERS}, product = '10301', since := {START}, as_of := {CUTOFF})",
    "interests": f"interests({LINES}, product, as_of := {CUTOFF})",
    "recommend": f"recommend({LINES}, own_share := 0.5, as_of := {CUTOFF})",
    "product_affinity": f"product_affinity({LINES}, as_of := {CUTOFF})",
    "product_affinity_part": f"product_affinity_part({LINES}, as_of := {CUTOFF})",
    "replenishment": f"replenishment({LINES}, quantity := amount, as_of := {CUTOFF})",
    "lookalikes": f"lookalikes({LINES}, amount, seed := customer_id % 5 = 0)",
    "lookalike_part": f"lookalike_part({LINES}, amount, customer_id % 5 = 0, as_of := {CUTOFF})",
    "intent_backtest": f"intent_backtest({LINES}, product, cutoff := {CUTOFF})",
    "essential_segments": f"essential_segments('{{0}}', customer_id, moment, {ORDERS}, as_of := {CUTOFF})",
    "contact_stage": f"contact_stage('{{0}}', customer_id, {ORDERS}, amount, events := '{{0}}', event_contact_id := customer_id, event_at := moment, event_kind := 'click')",
    "trigger_due": f"trigger_due({ORDERS}, as_of := {CUTOFF}, log := 'sent_{{0}}', catch_up_days := 60)",
    "trigger_results": f"trigger_results({ORDERS}, amount, log := 'sent_{{0}}', as_of := {CUTOFF})",
    "trigger_simulation": f"trigger_simulation({ORDERS}, amount, {START}, {CUTOFF})",
    "trigger_simulation as_of": f"trigger_simulation({ORDERS}, amount, {START}, DATE '2025-12-31', as_of := {CUTOFF})",
}


@pytest.fixture
def moments(con):
    con.execute("""
        CREATE TABLE lines AS SELECT customer_id, order_date AS day, product_id AS product, amount
        FROM audience.demo_lines(customers := 150) WHERE customer_id IS NOT NULL""")
    for kind, moment in LAST.items():
        con.execute(f"CREATE TABLE of_{kind} AS SELECT *, {moment} AS moment FROM lines")
        con.execute(f"""
            CREATE TABLE sent_of_{kind} AS
            SELECT customer_id, rule, 1 AS step, moment AS sent_at, customer_id % 2 = 0 AS held_out
            FROM of_{kind}, (SELECT name AS rule FROM audience.triggers() ORDER BY name LIMIT 1)""")
    return con


def test_the_last_nanosecond_of_a_day_is_on_that_day(moments) -> None:
    for call in CALLS.values():
        dates, nanoseconds = (f"(FROM audience.{call.format(table)})" for table in ("of_DATE", "of_TIMESTAMP_NS"))
        counts = moments.execute(f"SELECT (SELECT count(*) FROM {dates}), (SELECT count(*) FROM ({dates} EXCEPT ALL {nanoseconds}))").fetchone()
        assert counts[0] > 0 and counts[1] == 0, call


@pytest.mark.parametrize("kind", LAST)
def test_moments_of_every_type_have_their_day(moments, kind: str) -> None:
    # DuckDB 1.4 cannot cast an infinite TIMESTAMP_MS.
    infinite = "" if kind == "TIMESTAMP_MS" else "'infinity', '-infinity', "
    query = f"""
        SELECT customer_id, audience.purchase_history(moment, amount) AS history FROM {{}} GROUP BY ALL
        UNION ALL SELECT NULL, audience.purchase_history({LAST[kind]}) FROM (SELECT DATE '1969-12-31' AS day)
        UNION ALL SELECT NULL, audience.purchase_history(moment) FROM (SELECT unnest([{infinite}NULL, '2024-02-29']::{kind}[]) AS moment)"""
    ours, theirs = (moments.execute(f"SELECT * FROM ({query.format(table)}) ORDER BY ALL").fetchall() for table in (f"of_{kind}", "of_DATE"))
    assert ours == theirs and len(ours) == 152
    assert {str(history["first_order_date"]) for customer, history in ours if customer is None} == {"1969-12-31", "2024-02-29"}


def test_every_day_of_the_macros_is_found_that_way() -> None:
    for path in (support.ROOT / "sql").rglob("*.sql"):
        text = re.sub(r"^--.*$", "", path.read_text(), flags=re.MULTILINE)
        for parameter in re.findall(r"\w+", re.search(r"\((.*?)\)", text, re.DOTALL)[1]) if "CREATE MACRO" in text and path.stem not in ("__day", "__given_day") else ():
            assert not re.search(rf"\b{parameter}::DATE", text), f"{path.name}: write audience.__day({parameter}), or __given_day for an option"
