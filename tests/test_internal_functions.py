"""Nonsense in the functions that the macros call, and in the others: any SQL user can call them with invented values.

A result or one clear error, never a panic, a hang, or memory without end; see nonsense.py. Each part runs in a process of
its own, because a crash would take the other tests with it.
"""

import subprocess

import pytest

import nonsense

# Functions are dealt out to so many processes.
PARTS = 8
CALLS = 40

# Calls that went wrong, or would in ways that random values do not find, and a word of the error.
CASES = {
    "__audience_score_outline('rfm', 'nan'::DOUBLE, 2147483647)": "bins",
    "__audience_score_cuts('rfm', 'nan'::DOUBLE, 2147483647, '\\x00\\x00\\x00\\x00'::BLOB)": "bins",
    "__audience_importance('customers', true, 3.0::DOUBLE, 'outline'::BLOB)": "not made by this extension",
    "__audience_set_difference('customers', repeat('A', 5000)::BLOB, '\\x01'::BLOB)": "not made by this extension",
    "__audience_set_difference('customers', '\\x01'::BLOB, repeat('A', 5000)::BLOB)": "not made by this extension",
    "__audience_set_overlap('customers', repeat('A', 5000)::BLOB)": "not made by this extension",
    "__audience_set_totals('customers', repeat('A', 9000)::BLOB, NULL, NULL, NULL, NULL, NULL, NULL)": "not made by this extension",
    "__audience_member_set('customers', 1000)": "audience",
    "__audience_newcombe('customers', {'customers': -1, 'messages': 4, 'conversions': 1, 'messages_squared': 6::DOUBLE, 'conversions_squared': 1::DOUBLE, 'conversions_by_messages': 1::DOUBLE}, {'customers': 3, 'messages': 4, 'conversions': 1, 'messages_squared': 6::DOUBLE, 'conversions_squared': 1::DOUBLE, 'conversions_by_messages': 1::DOUBLE})": "customers",
    "__audience_newcombe('customers', {'customers': 3, 'messages': 4, 'conversions': 1, 'messages_squared': 6::DOUBLE, 'conversions_squared': 1::DOUBLE, 'conversions_by_messages': 1::DOUBLE}, {'customers': 3, 'messages': 4, 'conversions': 5, 'messages_squared': 6::DOUBLE, 'conversions_squared': 1::DOUBLE, 'conversions_by_messages': 1::DOUBLE})": "conversions",
    "__audience_history_stages('customers', [{'day': DATE '2024-01-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}], [DATE '2024-02-01'], [], {'just_ordered_days': 30, 'lost_after_gaps': NULL::DOUBLE})": "models",
    "__audience_history_values('customers', [{'day': DATE '2024-01-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}], [DATE '2024-02-01'], [])": "models",
    "__audience_history_models('customers', [{'day': DATE '2024-01-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}], [DATE '2024-02-01', DATE '2024-01-15'])": "dates",
    "__audience_history_models('customers', [], [DATE '0001-01-01' + i::INTEGER FOR i IN range(2001)])": "dates",
    "__audience_cohorts('customers', [], [DATE '0001-01-01' + i::INTEGER FOR i IN range(1001)])": "starts",
    "__audience_cohorts('customers', [{'day': DATE '2024-02-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}, {'day': DATE '2024-01-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}], [DATE '2024-01-01'])": "order",
    "__audience_cohort_forecast('customers', 1, [{'day': DATE '2024-01-01', 'is_purchase': true, 'revenue': 1.0::DOUBLE}], [DATE '2024-01-01'], [DATE '2024-02-01'], [], [DATE '2024-03-01'])": "models",
    "__audience_order_gaps('customers', [DATE '2024-02-01', NULL], DATE '2024-03-01')": "days",
    "__audience_lapse_outline('customers', [DATE '2024-02-01'], DATE '2024-03-01', 'nan'::DOUBLE)": "share",
    "__audience_lapse_outline('customers', [DATE '2024-02-01'], DATE '2024-01-01', 0.8)": "must not be after as_of",
    "__audience_lapse_square('customers', [DATE '2024-02-01'], DATE '2024-03-01', 'outline'::BLOB)": "not made by this extension",
    "__audience_lapse_threshold('customers', repeat('A', 900)::BLOB, 1.0::DOUBLE)": "not made by this extension",
    "__audience_lapse_square('customers', [DATE '2024-02-01'], DATE '2024-03-01', (SELECT __audience_lapse_outline('customers', [DATE '2024-01-01', DATE '2024-02-02'], DATE '2024-03-01', 0.8) FROM range(100)))": "same customers",
    "__audience_discoveries('customers', 'nan'::DOUBLE, 0.5, 3, 10.0)": "p_value",
    "__audience_discoveries('customers', 0.5, 0.5, -3, 1e9)": "top",
    "__audience_affinity('customers', {'product': 0, 'together': 5, 'buyers': 3, 'other_buyers': 9, 'baskets': 2147483647})": "buyers",
    "__audience_purchase_matrix('customers', ''::BLOB, 2147483647, 1, DATE '2024-01-01', 60, 5)": "product",
    "__audience_intent_weights('customers', ''::BLOB, ''::BLOB, 2147483647, 1000, DATE '2024-01-01', 60)": "",
    "__audience_lifecycle('customers', {'purchases': 1, 'first_order_date': DATE '2024-01-01', 'last_order_date': DATE '2024-01-01', 'fourth_last_order_date': NULL, 'revenue': NULL}, {'r': 0.6, 'alpha': 56.0, 'a': 0.6, 'b': 1.1, 'typical_gap_days': 62.0, 'order_value': NULL}, DATE '2024-03-01', {'just_ordered_days': 30, 'lost_after_gaps': NULL::DOUBLE}, 180, 'nan'::DOUBLE, NULL)": "peer_gap",
    "__audience_trigger_rules('customers', '[' || array_to_string(['{\"name\":\"A' || i || '\",\"action_days\":[0],\"channels\":[\"email\"]}' FOR i IN range(1001)], ',') || ']')": "actions",
    "__audience_trigger_rules('customers', '[{\"name\": 5}]')": "not packed by this extension",
    "__audience_trigger_rules('customers', (SELECT __audience_rule_table('customers', {'name': NULL, 'min_purchases': NULL, 'max_purchases': NULL, 'silence_days': NULL, 'action_days': NULL, 'channels': [NULL FOR j IN range(i % 40)], 'message': NULL, 'discount_allowed': NULL, 'conversion_days': NULL, 'repeat_policy': NULL, 'unsubscribe_after': NULL, 'usual_gaps': NULL, 'lifecycle_stage': NULL, 'won_back': NULL, 'audience': NULL}) FROM range(3000) r(i)))": "actions",
    "__audience_definitions('customers', '[[\"A\", {}]]')": "not packed by this extension",
    "__audience_members('customers', '[[\"A\", 5]]', DATE '2024-01-01', {'a': 1}, NULL)": "definitions",
    "__audience_members('customers', '[[\"A\", {\"bought\": {\"a\": 5}}]]', DATE '2024-01-01', {'a': 1}, [7])": "answers",
    "__audience_members('customers', '[[\"A\", {\"bought\": {\"a\": 5}}]]', DATE '2024-01-01', {'a': 1}, [NULL])": "answers",
    "__audience_product_sets('customers', '[[\"A\", {\"bought\": {\"a\": 5}}]]', DATE '2024-01-01', 7)": "line",
    "__audience_matching_set('customers', '[[\"A\", {\"audience\": \"A\"}]]', DATE '2024-01-01', {'a': 1})": "definitions",
}


def in_process(run_isolated, last, call: str, *arguments) -> None:
    """Run a function of nonsense.py; a process that ended in a call says in which."""
    try:
        run_isolated(f"import sys, nonsense; nonsense.{call}(*sys.argv[1:])", last, *arguments, timeout=300)
    except (pytest.fail.Exception, subprocess.TimeoutExpired) as failure:
        pytest.fail(f"{failure}\nThe last call was\n{last.read_text() if last.exists() else None}", pytrace=False)


def test_sound_arguments_give_results(run_isolated, tmp_path) -> None:
    in_process(run_isolated, tmp_path / "last.sql", "check_sound")


@pytest.mark.parametrize("part", range(PARTS))
def test_nonsense(run_isolated, tmp_path, part: int) -> None:
    in_process(run_isolated, tmp_path / "last.sql", "check_nonsense", part, PARTS, CALLS)


def test_cases(run_isolated, tmp_path) -> None:
    calls = [text for case in CASES.items() for text in case]
    in_process(run_isolated, tmp_path / "last.sql", "check_errors", *calls)


def test_every_blob_has_a_kind() -> None:
    """A BLOB of no kind would only ever meet the first check."""
    for name, _, types in nonsense.functions():
        for role, kind in zip(nonsense.roles(name, len(types)), types):
            assert (kind in ("BLOB", "BLOB[]")) == role.isupper(), f"{name}: {kind} is {role}"
