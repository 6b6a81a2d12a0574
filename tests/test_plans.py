"""The plans that the macros count on, in every version: nothing is computed twice, what is stored before it is joined, and
no condition of the user's below a fit.

A macro is expanded where it is called, and DuckDB decides anew what to store. So a change of nesting can change a plan.
"""

import json
import re
from collections import Counter
from typing import Any

import duckdb
import pytest

import plans
import support

# Order statistics come in two passes.
IMPORTANCE = ["importance_outline", "importance"]
SCORES = ["score_outline", "score_cuts"]
# What an aggregate of ours computes over all rows, and how often; plain sums aside.
ONCE = {
    "customers": ["dated_history", "packed_model_fit", *IMPORTANCE, "typical_gap"],
    "histories": ["dated_history"],
    "shop": ["packed_model_fit", *IMPORTANCE, "typical_gap", "lapse_days", *SCORES * 3],
    "customers_of": [],
    "rfm_of": [],
    "contact_stage_of": [],
    "intent_part": ["basket", "intent_weights_state", "intent_scales_state", "intent_calibration_state"],
    "intent_model": ["label_members", "intent_weights_merged", "intent_scales_merged", "intent_calibration_merged"],
    "interested_in_of": ["basket"],
    "lookalike_part": ["basket", "purchase_history", "label_members", "intent_weights_state", "lookalike_fit_state"],
    "lookalike_model": ["intent_weights_merged", "lookalike_fit_merged"],
    "lookalikes_of": ["basket", "purchase_history"],
    "order_gaps_part": ["purchase_days", "order_gaps_state"],
    "order_gaps_of": ["order_gaps_merged"],
    "period_models_part": ["purchase_log", "period_models_state"],
    "period_models": ["period_models_merged"],
    "interests_of": ["basket"],
    "lifecycle_stage": ["dated_history", "packed_model_fit", "typical_gap"],
    "importance_tier": ["dated_history", "packed_model_fit", *IMPORTANCE],
    "customer_values": ["dated_history", "packed_model_fit", "purchase_log", "spend_fit"],
    "purchase_model": ["dated_history", "purchase_model_fit", "first_lost_date"],
    "explain_customer": ["dated_history", "packed_model_fit", "purchase_log"],
    "lifecycle_history": ["purchase_log", "history_models", "history_stages"],
    "overview": ["purchase_log", "history_shop_models"],
    "value_risk": ["purchase_log", "history_shop_models", *IMPORTANCE],
    "won_back": ["purchase_log", "history_models"],
    "rfm": ["purchase_history", *SCORES * 3],
    "lapse_threshold": ["purchase_days", "lapse_outline"],
    "cohorts": ["purchase_log", "cohorts"],
    "cohort_forecast": ["purchase_log", "cohorts", "history_shop_models", "cohort_forecast"],
    "cohort_payback": ["purchase_log", "cohorts", "history_shop_models", "cohort_forecast"],
    "contact_stage": ["dated_history", "packed_model_fit", *IMPORTANCE, "lapse_days"],
    "interested_in": ["basket", "label_members", "intent_weights", "intent_scales", "intent_calibration"],
    "interests": ["basket", "label_members", "intent_weights", "intent_scales", "intent_calibration"],
    "cross_sell": ["basket", "label_members", "intent_weights", "intent_scales", "intent_calibration"],
    "product_affinity": ["basket", "purchase_matrix", "discoveries"],
    "product_affinity_part": ["basket", "purchase_matrix"],
    "product_affinity_of": ["discoveries"],
    "recommend": ["basket", "purchase_matrix", "common_buyers", "product_weights"],
    "replenishment": ["product_purchases", "repurchase_fit", "product_pace"],
    "lookalikes": ["basket", "purchase_history", "label_members", "intent_weights", "lookalike_fit"],
    "lookalike_quality": ["basket", "purchase_history", "label_members", "intent_weights", "lookalike_fit"],
    "audience_history": ["definition_table", "purchase_log", "history_shop_models", *IMPORTANCE, "set_totals"],
    "audience_summary": ["member_set", "purchase_log", *["set_totals"] * 2],
    "audience_overlap": ["member_set"] * 2 + ["set_overlap"],
    "backtest": ["dated_history", "purchase_history", "packed_model_fit", *IMPORTANCE, *SCORES],
    "backtest_summary": ["dated_history", *["purchase_history"] * 2, "packed_model_fit", *SCORES * 4, *["ranking"] * 5],
}
# How often a relation is read: twice where an option asks for another look at it, such as other lines.
SCANS = {
    "customers": {"orders": 1},
    "histories": {"orders": 1},
    "shop": {"kept": 1},
    "customers_of": {"kept": 1, "saved": 1},
    "rfm_of": {"kept": 1, "saved": 1},
    "contact_stage": {"orders": 1, "contacts": 1, "events": 2},
    "contact_stage_of": {"kept": 1, "saved": 1, "contacts": 1, "events": 2},
    "intent_part": {"lines": 1, "learned": 1},
    "intent_model": {"parts": 1, "learned": 1},
    "interested_in_of": {"lines": 1, "learned": 1},
    "interests_of": {"lines": 1, "learned": 1},
    "period_models_part": {"orders": 1},
    "period_models": {"periods": 1},
    "product_affinity_part": {"lines": 1},
    "product_affinity_of": {"affinities": 1},
    "lookalike_part": {"lines": 1, "like_learned": 1},
    "lookalike_model": {"like_parts": 1, "like_learned": 1},
    "lookalikes_of": {"lines": 1, "like_learned": 1},
    "lifecycle_stage": {"orders": 1},
    "importance_tier": {"orders": 1},
    "customer_values": {"orders": 1},
    "lifecycle_history": {"orders": 1},
    "overview": {"orders": 1},
    "value_risk": {"orders": 1},
    "won_back": {"orders": 1},
    "rfm": {"orders": 1},
    "lapse_threshold": {"orders": 1},
    "cohorts": {"orders": 1},
    "cohort_forecast": {"orders": 1},
    "cohort_payback": {"orders": 1},
    "interested_in": {"lines": 1},
    "interests": {"lines": 1},
    "cross_sell": {"lines": 2},
    "product_affinity": {"lines": 1},
    "recommend": {"lines": 1},
    "replenishment": {"lines": 1},
    "lookalikes": {"lines": 1},
    "lookalike_quality": {"lines": 1},
    "members": {"shop": 1, "segments": 1},
    "audience_history": {"orders": 1, "segments": 1},
    "backtest": {"orders": 1},
    "audience_products": {"lines": 1, "members": 2},
    "backtest_summary": {"orders": 1},
    "export_audit": {"people": 1},
    "meta_custom_audience": {"people": 1},
    "klaviyo_profiles": {"people": 1},
    "export_contacts": {"people": 1},
    "hashed_contacts": {"people": 1},
    "microsoft_customer_match": {"people": 1},
    "pinterest_customer_list": {"people": 1},
    "snapchat_audience_list": {"people": 1},
    "linkedin_matched_audience": {"people": 1},
    "brevo_contacts": {"people": 1},
    "hubspot_contacts": {"people": 1},
}
# What is stored before anything is joined to it or ranked, because it rests on a BLOB or a model.
STORED = {
    "customers": ["__histories", "__fit", "__valued", "__importance"],
    "shop": ["__histories", "__fit", "__valued"],
    "customers_of": ["__histories", "__fit", "__valued"],
    "rfm_of": ["__histories", "__fit", "__cuts", "__values"],
    "contact_stage": ["__histories", "__fit", "__valued", "__importance", "__common"],
    "contact_stage_of": ["__histories", "__fit", "__valued", "__common"],
    "intent_part": ["__lines", "__known", "__model", "__baskets"],
    "intent_model": ["__parts", "__given", "__agreed", "__states"],
    "interested_in_of": ["__lines", "__known", "__baskets", "__model"],
    "interests_of": ["__lines", "__known", "__baskets", "__model"],
    "period_models_part": ["__logs", "__dates"],
    "product_affinity_part": ["__baskets", "__bought", "__sold", "__pairs"],
    "product_affinity_of": ["__rows", "__sold", "__numbers", "__pairs"],
    "lookalike_part": ["__lines", "__known", "__customers", "__frame"],
    "lookalike_model": ["__parts", "__given", "__agreed", "__states"],
    "lookalikes_of": ["__lines", "__known", "__customers", "__fitted"],
    "lifecycle_stage": ["__histories", "__fit"],
    "importance_tier": ["__histories", "__fit", "__valued", "__importance"],
    "customer_values": ["__checked_rows", "__histories", "__fit", "__spend"],
    "lifecycle_history": ["__logs", "__models", "__grid"],
    "overview": ["__logs", "__days", "__summed", "__cells"],
    "value_risk": ["__logs", "__now", "__valued", "__summed"],
    "won_back": ["__logs", "__models", "__spans"],
    "lapse_threshold": ["__customers", "__outlined"],
    "cohort_forecast": ["__logs", "__models", "__cells", "__expected"],
    "cohort_payback": ["__logs", "__models", "__cells", "__expected", "__forecast"],
    "interested_in": ["__known", "__baskets", "__weighed", "__scaled", "__model"],
    "interests": ["__known", "__baskets", "__weighed", "__scaled", "__model"],
    "product_affinity": ["__baskets", "__bought", "__sold", "__pairs"],
    "recommend": ["__baskets", "__bought", "__common", "__weighed", "__catalogue", "__offered"],
    "replenishment": ["__pairs", "__fitted", "__sums"],
    "lookalikes": ["__customers", "__weighed", "__fitted"],
    "members": ["__matched"],
    "audience_history": ["__logs", "__models", "__valued"],
    "backtest": ["__known", "__fit", "__forecasts"],
    "backtest_summary": ["__histories", "__fit", "__now", "__earlier"],
    "export_audit": ["__identified", "__consenting", "__exported"],
    "meta_custom_audience": ["__identified", "__refusing"],
    "klaviyo_profiles": ["__identified", "__refusing"],
    "export_contacts": ["__identified", "__refusing"],
    "hashed_contacts": ["__identified", "__refusing"],
    "microsoft_customer_match": ["__identified", "__refusing"],
    "pinterest_customer_list": ["__identified", "__refusing"],
    "snapchat_audience_list": ["__identified", "__refusing"],
    "linkedin_matched_audience": ["__identified", "__refusing"],
    "brevo_contacts": ["__identified", "__refusing"],
    "hubspot_contacts": ["__identified", "__refusing"],
}
# Operators that store rows: what is cross-joined with a BLOB must not reach one.
STORING = ("JOIN", "WINDOW", "UNNEST", "ORDER_BY", "TOP_N")


@pytest.fixture(scope="module")
def con(extension_path):
    with support.connect() as connection:
        plans.prepare(connection)
        yield connection


def info(node: dict[str, Any]) -> str:
    return json.dumps(node.get("extra_info", {}))


def nodes(plan: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for _, node in plans.walk(plan)]


def name(node: dict[str, Any]) -> str:
    return node["name"].strip()


def is_aggregate(node: dict[str, Any]) -> bool:
    return "GROUP_BY" in name(node) or "AGGREGATE" in name(node)


def has_condition(node: dict[str, Any]) -> bool:
    """That of `customer_id = 7`."""
    return re.search(r"customer\w* ?= ?7\b", info(node)) is not None


def stored(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The CTEs that are stored, by their name."""
    return {node["extra_info"]["CTE Name"]: node["children"][0] for node in nodes(plan) if name(node) == "CTE"}


@pytest.mark.parametrize("function", ONCE)
def test_nothing_is_computed_twice(con: duckdb.DuckDBPyConnection, function: str) -> None:
    found = Counter(call for node in nodes(plans.tree(con, function)) if is_aggregate(node) for call in plans.calls(node))
    found.pop("exact_sum", None)
    expected = Counter(ONCE[function])
    if function == "audience_summary" and duckdb.__version__ < "2":
        # DuckDB sees that the orders that are not given are none.
        del expected["purchase_log"]
    assert found == expected


@pytest.mark.parametrize("function", SCANS)
def test_a_relation_is_read_once(con: duckdb.DuckDBPyConnection, function: str) -> None:
    tables = [node["extra_info"].get("Table", "") for node in nodes(plans.tree(con, function)) if "SCAN" in name(node)]
    found = Counter(table.split(".")[-1] for table in tables if table)
    assert found == Counter(SCANS[function])


@pytest.mark.parametrize("function", STORED)
def test_what_is_costly_is_stored(con: duckdb.DuckDBPyConnection, function: str) -> None:
    assert [cte for cte in STORED[function] if cte not in stored(plans.tree(con, function))] == []


@pytest.mark.parametrize(
    ("function", "cte"),
    [("product_affinity", "__sold"), ("recommend", "__catalogue"), ("interests", "__model"), ("lookalikes", "__fitted")],
)
def test_no_blob_is_copied_for_every_row(con: duckdb.DuckDBPyConnection, function: str, cte: str) -> None:
    """Until the result is stored, the row with the BLOB is only cross-joined."""
    operators = {name(node) for node in nodes(stored(plans.tree(con, function))[cte])}
    assert [operator for operator in operators if any(word in operator for word in STORING)] == []


def test_the_second_pass_of_the_lapse_threshold_holds_the_outlines(con: duckdb.DuckDBPyConnection) -> None:
    """And not the customers, who would be stored again, nor a row with an outline for each of them."""
    plan = plans.tree(con, "lapse_threshold")
    numbers = {node["extra_info"]["CTE Name"]: node["extra_info"]["Table Index"] for node in nodes(plan) if name(node) == "CTE"}
    (found,) = [node for node in nodes(plan) if is_aggregate(node) and "exact_sum" in plans.calls(node)]
    (join,) = [node for node in nodes(found) if any(word in name(node) for word in (*STORING, "CROSS_PRODUCT"))]
    _, held = join["children"]
    (scan,) = [node for node in nodes(held) if name(node) == "CTE_SCAN"]
    assert scan["extra_info"]["CTE Index"] == numbers["__outlined"]


@pytest.mark.parametrize(
    "call",
    [
        "customers('orders', customer_id, order_date, amount, peer_group := customer_id)",
        "lifecycle_stage('orders', customer_id, order_date, peer_group := customer_id)",
        "interests('lines', customer_id, order_date, product_id, product_id)",
    ],
)
def test_a_column_that_is_given_twice_is_not_searched_in_every_row(con: duckdb.DuckDBPyConnection, call: str) -> None:
    """Where DuckDB decides for each row whether it is a name in quotes, the search itself is a branch that no row takes."""
    plan = json.dumps(plans.explained(con, f"FROM audience.{call}"))
    assert plan.count("regexp_matches(") == plan.count("THEN (regexp_matches(")


@pytest.mark.parametrize("function", ["customers", "lifecycle_stage", "importance_tier", "rfm", "interested_in", "lookalikes"])
def test_no_condition_comes_below_a_fit(con: duckdb.DuckDBPyConnection, function: str) -> None:
    """A condition on the result chooses from it. Moved to the rows, it would fit another model."""
    call = f"FROM audience.{function}({plans.CALLS[function]})"
    plan = plans.explained(con, f"{call} WHERE customer_id = 7")
    aggregates = [node for node in nodes(plan) if is_aggregate(node) and plans.calls(node) and "typical_gap" not in plans.calls(node)]
    assert any(map(has_condition, nodes(plan)))
    assert [name(node) for node in aggregates if any(map(has_condition, nodes(node)))] == []


def test_customers_are_not_kept_to_look_up_their_groups() -> None:
    """A join that DuckDB turns round keeps the customers in a hash table, and in a small shop reads them from it with one thread."""
    with support.connect() as con:
        support.make_orders(con, 1_000)
        con.execute("CREATE TABLE kept AS FROM audience.histories('orders', customer_id, order_date, amount)")
        con.execute("CREATE TABLE saved AS FROM audience.shop('kept')")
        for call in (
            "customers('orders', customer_id, order_date, amount)",
            "customers('orders', customer_id, order_date, amount, peer_group := customer_id % 3)",
            "lifecycle_stage('orders', customer_id, order_date)",
            "lifecycle_stage('orders', customer_id, order_date, peer_group := customer_id % 3)",
            "customers_of('kept', shop := (SELECT shop FROM saved))",
        ):
            plan = con.execute(f"EXPLAIN (FORMAT json) FROM audience.{call}").fetchall()[0][1]
            assert '"Join Type": "LEFT"' in plan and '"Join Type": "RIGHT"' not in plan, call
