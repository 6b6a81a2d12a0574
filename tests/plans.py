"""The plans of the table functions, as far as the macros decide them: the operators, with what an aggregate or a
projection calls of ours.

    build/venv/2.0.0/bin/python tests/plans.py [FUNCTION ...]

prints them, to compare two builds (AUDIENCE_EXTENSION) or two versions of DuckDB.
"""

import json
import re
import sys
from collections.abc import Iterator
from typing import Any

import duckdb

import support

ORDERS = "'orders', customer_id, order_date"
LINES = "'lines', customer_id, order_date, product_id"
CALLS = {
    "customers": f"{ORDERS}, amount, peer_group := customer_id % 3",
    "histories": f"{ORDERS}, amount, peer_group := customer_id % 3",
    "shop": "'kept'",
    "customers_of": "'kept', shop := (SELECT shop FROM saved)",
    "rfm_of": "'kept', shop := (SELECT shop FROM saved)",
    "contact_stage_of": "'contacts', contact_id, 'kept', shop := (SELECT shop FROM saved), events := 'events', event_contact_id := contact_id, "
    "event_at := event_at, event_kind := event_kind",
    "intent_part": f"{LINES}, category = 'Wine', name := product_name, amount := amount, model := (SELECT model FROM learned)",
    "intent_model": "'parts', model := (SELECT model FROM learned)",
    "interested_in_of": f"{LINES}, category = 'Wine', model := (SELECT model FROM learned), amount := amount",
    "lookalike_part": f"{LINES}, amount, category = 'Wine', model := (SELECT model FROM like_learned)",
    "lookalike_model": "'like_parts', model := (SELECT model FROM like_learned)",
    "lookalikes_of": f"{LINES}, amount, category = 'Wine', model := (SELECT model FROM like_learned)",
    "product_affinity_part": f"{LINES}, level := 'order', order_id := order_id",
    "product_affinity_of": "'affinities', top := 10",
    "order_gaps_part": ORDERS,
    "order_gaps_of": "'waits'",
    "period_models_part": f"{ORDERS}, amount, since := DATE '2024-01-01', until := DATE '2024-12-31'",
    "period_models": "'periods'",
    "interests_of": f"{LINES}, category = 'Wine', model := (SELECT model FROM learned), amount := amount",
    "lifecycle_stage": f"{ORDERS}, amount := amount, peer_group := customer_id % 3",
    "importance_tier": f"{ORDERS}, amount",
    "customer_values": f"{ORDERS}, amount",
    "purchase_model": f"{ORDERS}, amount := amount",
    "lifecycle_history": f"{ORDERS}, amount",
    "overview": f"{ORDERS}, amount",
    "value_risk": f"{ORDERS}, amount",
    "won_back": f"{ORDERS}, amount",
    "lifecycle_transitions": f"{ORDERS}, DATE '2023-12-31', DATE '2024-12-31'",
    "lifecycle_changes": f"{ORDERS}, DATE '2023-12-31', DATE '2024-12-31'",
    "explain_customer": f"{ORDERS}, amount, 7",
    "rfm": f"{ORDERS}, amount",
    "rf_segment": ORDERS,
    "essential_segments": f"'contacts', contact_id, subscribed_at, {ORDERS}",
    "contact_stage": f"'contacts', contact_id, {ORDERS}, amount, events := 'events', event_contact_id := contact_id, "
    "event_at := event_at, event_kind := event_kind",
    "order_gaps": ORDERS,
    "cohorts": f"{ORDERS}, amount",
    "cohort_forecast": f"{ORDERS}, amount",
    "cohort_payback": f"{ORDERS}, amount, 20",
    "lapse_threshold": f"{ORDERS}, segment_by := customer_id % 3",
    "trigger_due": ORDERS,
    "trigger_results": f"{ORDERS}, amount, 'mails'",
    "trigger_simulation": f"{ORDERS}, amount, DATE '2024-01-01', DATE '2024-12-31'",
    "interested_in": f"{LINES}, category = 'Wine', name := product_name, amount := amount",
    "interests": f"{LINES}, category, name := product_name, amount := amount",
    "cross_sell": f"{LINES}, category = 'Wine', category = 'Tents', amount := amount",
    "bought": "'lines', customer_id, order_date, category = 'Wine'",
    "product_affinity": f"{LINES}, level := 'order', order_id := order_id, top := 10",
    "recommend": f"{LINES}, target := category = 'Wine', category := category, max_per_category := 2",
    "replenishment": f"{LINES}, quantity := quantity",
    "lookalikes": f"{LINES}, amount, category = 'Wine'",
    "lookalike_quality": f"{LINES}, amount, category = 'Wine'",
    "members": "'shop', customer_id, 'segments'",
    "audience_history": f"{ORDERS}, amount, 'segments'",
    "audience_summary": "'members', 'shop'",
    "audience_products": f"'members', {LINES}",
    "audience_changes": "'members', 'members_later'",
    "audience_overlap": "'members'",
    "backtest": f"{ORDERS}, amount, DATE '2024-06-30'",
    "backtest_summary": f"{ORDERS}, amount, DATE '2024-06-30'",
    "intent_backtest": f"{LINES}, category, DATE '2025-06-30'",
    "export_audit": "'meta', 'people', email := email, phone := phone, consent := consent",
    "meta_custom_audience": "'people', email := email, phone := phone, consent := consent",
    "klaviyo_profiles": "'people', email := email, phone := phone, consent := consent",
    "export_contacts": "'people', email := email, phone := phone, consent := consent, properties := {'name': email}",
    "hashed_contacts": "'people', email := email, phone := phone, consent := consent",
    "microsoft_customer_match": "'people', email := email, consent := consent",
    "pinterest_customer_list": "'people', email := email, consent := consent",
    "snapchat_audience_list": "'people', phone := phone, consent := consent",
    "linkedin_matched_audience": "'people', email := email, consent := consent, company := first_name",
    "brevo_contacts": "'people', email := email, phone := phone, ext_id := contact_id, consent := consent, properties := {'name': email}",
    "hubspot_contacts": "'people', email := email, consent := consent, properties := {'name': email}",
    "demo_lines": "customers := 10",
}


def prepare(con: duckdb.DuckDBPyConnection) -> None:
    """The relations that the calls name. Small, because a plan depends on what DuckDB believes of their sizes."""
    support.make_orders(con, 2_000)
    con.execute("""
        CREATE TABLE lines AS FROM audience.demo_lines(customers := 100);
        CREATE TABLE people AS FROM audience.demo_contacts(customers := 100);
        CREATE TABLE contacts AS SELECT i AS contact_id, DATE '2023-01-01' + i::INTEGER AS subscribed_at FROM range(2500) r(i);
        CREATE TABLE events AS SELECT i % 2500 AS contact_id, DATE '2024-12-01' + (i % 30)::INTEGER AS event_at, 'open' AS event_kind
        FROM range(5000) r(i);
        CREATE TABLE mails AS SELECT i % 100 AS customer_id, 'New' AS rule, 1 AS step, DATE '2024-06-01' AS sent_at, i % 5 = 0 AS held_out
        FROM range(200) r(i);
        CREATE TABLE shop AS SELECT i AS customer_id, 'Active' AS lifecycle_stage, 'VIP' AS importance_tier, 3 AS purchases,
                                    9.5 AS revenue, 2.5 AS expected_revenue, 12.0 AS customer_value FROM range(1000) r(i);
        CREATE TABLE segments AS SELECT 'VIPs' AS name, '{"column": "importance_tier", "=": "VIP"}' AS definition;
        CREATE TABLE members AS SELECT DISTINCT 'A' || i % 5 AS audience, i % 701 AS customer_id FROM range(1500) r(i);
        CREATE TABLE members_later AS FROM members WHERE customer_id % 7 <> 0;
        CREATE TABLE kept AS FROM audience.histories('orders', customer_id, order_date, amount);
        CREATE TABLE saved AS FROM audience.shop('kept');
        CREATE TABLE waits AS FROM audience.order_gaps_part('orders', customer_id, order_date);
        CREATE TABLE periods AS FROM audience.period_models_part('orders', customer_id, order_date, amount, since := DATE '2024-01-01', until := DATE '2024-12-31');
        CREATE TABLE parts AS FROM audience.intent_part('lines', customer_id, order_date, product_id, category = 'Wine');
        CREATE TABLE learned AS FROM audience.intent_model('parts');
        CREATE TABLE affinities AS FROM audience.product_affinity_part('lines', customer_id, order_date, product_id);
        CREATE TABLE like_parts AS FROM audience.lookalike_part('lines', customer_id, order_date, product_id, amount, category = 'Wine');
        CREATE TABLE like_learned AS FROM audience.lookalike_model('like_parts');""")


def explained(con: duckdb.DuckDBPyConnection, query: str) -> dict[str, Any]:
    """The physical plan of a query."""
    (plan,) = json.loads(con.execute(f"EXPLAIN (FORMAT json) {query}").fetchall()[0][1])
    return plan


def tree(con: duckdb.DuckDBPyConnection, function: str) -> dict[str, Any]:
    """The physical plan of a call."""
    return explained(con, f"FROM audience.{function}({CALLS[function]})")


def calls(node: dict[str, Any]) -> list[str]:
    """What an operator calls of ours, sorted, as often as it is called."""
    return sorted(re.findall(r"__audience_(\w+)\(", json.dumps(node.get("extra_info", {}))))


def walk(node: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every operator with the names of those above it."""
    yield above, node
    for child in node.get("children", []):
        yield from walk(child, (*above, node["name"].strip()))


def lines(plan: dict[str, Any]) -> Iterator[str]:
    """One line an operator, indented by its depth."""
    for above, node in walk(plan):
        yield " ".join(["  " * len(above) + node["name"].strip(), *calls(node)])


def main(functions: list[str]) -> None:
    with support.connect() as con:
        prepare(con)
        for function in functions:
            print(f"{function} (DuckDB {duckdb.__version__})", *lines(tree(con, function)), "", sep="\n")


if __name__ == "__main__":
    main(sys.argv[1:] or list(CALLS))
