"""One call of every public function, on tables that are large enough for memory limits to bite.

Run as a program it makes the calls of one function under one memory limit after the other, and prints each limit before
its call and the outcome after it, so that a death tells where it was:

    memory_calls.py DATABASE FOLDER FUNCTION LIMIT...

A limit is a number of megabytes for DuckDB's `memory_limit`. With `-` behind it nothing may be spilled to FOLDER. With `+`
behind it, it is how much more address space the operating system gives the process, whatever DuckDB's limit.
"""

import sys
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from time import sleep

import duckdb

from support import WRITING_THREADS, connect

def learned(name: str, label: str) -> dict[str, str]:
    """Purchase intent, step by step: `NAME_products` and so on have the part, `NAME_after_products` and so on the model."""
    queries, given = {}, "NULL"
    for step in ("products", "weights", "scales", "calibration"):
        queries[f"{name}_{step}"] = f"FROM audience.intent_part('lines', customer_id, order_date, sku, {label}, amount := amount, model := {given})"
        queries[f"{name}_after_{step}"] = f"FROM audience.intent_model('{name}_{step}', model := {given})"
        given = f"(SELECT model FROM {name}_after_{step})"
    return queries


def learned_likes() -> dict[str, str]:
    """Lookalikes, step by step, in the same way."""
    queries, given = {}, "NULL"
    for step in ("products", "weights", "fit"):
        queries[f"likes_{step}"] = f"FROM audience.lookalike_part('lines', customer_id, order_date, sku, amount, customer_id < 500, model := {given})"
        queries[f"likes_after_{step}"] = f"FROM audience.lookalike_model('likes_{step}', model := {given})"
        given = f"(SELECT model FROM likes_after_{step})"
    return queries


def tables(customers: int, lines: int, text: int) -> dict[str, str]:
    """Tables that the calls read. `lines` has a thousand labels, and no two customers are alike; a text has `text` letters."""
    return {
        "orders": f"FROM audience.demo_orders(customers := {customers})",
        "contacts": f"FROM audience.demo_contacts(customers := {customers // 2})",
        "lines": f"""
            SELECT i % {max(lines // 16, 40)} AS customer_id, DATE '2024-01-01' + (hash(i, 1) % 365)::INTEGER AS order_date, 'sku ' || hash(i, 2) % (1 + hash(i, 3) % 1000) AS sku,
                   1.0 + i % 90 AS amount
            FROM range({lines}) r(i)""",
        "stored": "FROM audience.histories('orders', customer_id, order_date, amount)",
        "saved": "FROM audience.shop('stored')",
        "waits": "FROM audience.order_gaps_part('orders', customer_id, order_date)",
        "period_states": "FROM audience.period_models_part('orders', customer_id, order_date, amount, since := DATE '2025-01-01', until := DATE '2025-12-31')",
        "affinities": "FROM audience.product_affinity_part('lines', customer_id, order_date, sku)",
        **learned("labels", "sku"),
        **learned("set", "sku < 'sku 5'"),
        **learned_likes(),
        "days": "SELECT customer_id, list(order_date) AS days FROM orders GROUP BY customer_id",
        "histories": "SELECT customer_id, audience.purchase_history(order_date, amount) AS history FROM orders GROUP BY customer_id",
        "model": "FROM audience.purchase_model('orders', customer_id, order_date, amount := amount)",
        "earlier": "FROM audience.customers('orders', customer_id, order_date, amount, as_of := DATE '2025-06-30')",
        "later": "FROM audience.customers('orders', customer_id, order_date, amount)",
        "members": "SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id FROM earlier",
        "later_members": "SELECT unnest([lifecycle_stage::VARCHAR, importance_tier::VARCHAR]) AS audience, customer_id FROM later",
        "definitions": """FROM (VALUES ('VIP', '{"column": "importance_tier", "=": "VIP"}'), ('Buyers', '{"column": "purchases", ">=": 1}')) v(name, definition)""",
        "many_definitions": """SELECT 'audience ' || i AS name, '{"all": [{"column": "purchases", ">=": ' || i || '}]}' AS definition FROM range(1000) r(i)""",
        "wishes": """FROM (VALUES ('Again', '{"bought": {"sku": {">": "sku 5"}, "at_least": 2}}'), ('Likely', '{"interested_in": {"sku": {"keyword": "sku"}}, "buyers": 0.5}'),
            ('New', '{"all": [{"interested_in": {"sku": "sku 7"}, "top": 500}, {"not_bought": {"sku": "sku 7"}}]}')) v(name, definition)""",
        "rules": """SELECT * EXCLUDE channel, [0] AS action_days, [channel] AS channels, NULL::INTEGER AS max_purchases, false AS discount_allowed,
            'every time' AS repeat_policy, 14 AS conversion_days, NULL::INTEGER AS unsubscribe_after, 'Hello' AS message FROM (VALUES
            ('Overdue', 2, 7, 1.2, NULL, NULL, 'VIP', 'email'), ('Leaving', 1, 0, NULL, 'Slipping Away', NULL, NULL, 'email'), ('Back', 2, 1, NULL, NULL, true, NULL, 'sms'))
            v(name, min_purchases, silence_days, usual_gaps, lifecycle_stage, won_back, audience, channel)""",
        "log": """SELECT customer_id, 'Lost' AS rule, 1 AS step, DATE '2025-06-30' AS sent_at, customer_id % 5 = 0 AS held_out FROM later""",
        "results": "SELECT customer_id, customer_id % 5 = 0 AS held_out, purchases > 2 AS converted, revenue FROM later",
        "events": "SELECT customer_id AS contact, last_order_date AS day, 'open' AS kind FROM later",
        "texts": f"SELECT repeat(chr(97 + (i % 26)::INTEGER), {text}) AS text, i FROM range(2048) r(i)",
    }


ORDERS = "'orders', customer_id, order_date"
LINES = "'lines', customer_id, order_date, sku"
PERSON = "email := email, phone := phone, first_name := first_name, last_name := last_name, country := country"


def scalar(call: str) -> str:
    return f"SELECT customer_id, {call} FROM days, model ORDER BY 2, 1"


def text(call: str) -> str:
    return f"SELECT {call} FROM texts"


CALLS = {
    "audience.at_least": "SELECT count(*) FROM orders WHERE audience.at_least('Lost', 'Active')",
    "audience.audience_changes": "FROM audience.audience_changes('members', 'later_members')",
    "audience.audience_history": f"FROM audience.audience_history({ORDERS}, amount, 'definitions', every := '3 months', since := DATE '2025-06-30')",
    "audience.audience_overlap": "FROM audience.audience_overlap('members')",
    "audience.audience_summary": "FROM audience.audience_summary('members', 'later')",
    "audience.audience_products": f"FROM audience.audience_products('members', {LINES})",
    "audience.backtest": f"FROM audience.backtest({ORDERS}, amount, cutoff := DATE '2025-06-30')",
    "audience.backtest_summary": f"FROM audience.backtest_summary({ORDERS}, amount, cutoff := DATE '2025-06-30')",
    "audience.brevo_contacts": f"FROM audience.brevo_contacts('contacts', {PERSON}, ext_id := contact_id)",
    "audience.bought": "FROM audience.bought('lines', customer_id, order_date, sku < 'sku 5')",
    "audience.campaign_uplift": "FROM audience.campaign_uplift('results', held_out, converted, revenue)",
    "audience.cohort_forecast": f"FROM audience.cohort_forecast({ORDERS}, amount)",
    "audience.cohort_payback": f"FROM audience.cohort_payback({ORDERS}, amount, 20)",
    "audience.cohorts": f"FROM audience.cohorts({ORDERS}, amount)",
    "audience.contact_actions": "FROM audience.contact_actions(), range(20000) ORDER BY ALL",
    "audience.contact_stage": f"""FROM audience.contact_stage('contacts', contact_id, {ORDERS}, amount,
        events := 'events', event_contact_id := contact, event_at := day, event_kind := kind)""",
    "audience.cross_sell": f"FROM audience.cross_sell({LINES}, sku < 'sku 5', sku > 'sku 5')",
    "audience.customer_values": f"FROM audience.customer_values({ORDERS}, amount)",
    "audience.customers": f"FROM audience.customers({ORDERS}, amount, peer_group := status)",
    "audience.definition_check": "FROM audience.definition_check('many_definitions')",
    "audience.demo_contacts": "FROM audience.demo_contacts(customers := 20000)",
    "audience.demo_lines": "FROM audience.demo_lines(customers := 5000)",
    "audience.demo_orders": "FROM audience.demo_orders(customers := 30000)",
    "audience.essential_segments": f"FROM audience.essential_segments('contacts', contact_id, subscribed_at, {ORDERS})",
    "audience.explain_customer": f"FROM audience.explain_customer({ORDERS}, amount, customer := 549)",
    "audience.export_audit": f"FROM audience.export_audit('google_customer_match', 'contacts', {PERSON}, consent := consent)",
    "audience.export_contacts": f"FROM audience.export_contacts('contacts', {PERSON}, properties := {{'day': subscribed_at}})",
    "audience.google_customer_match": f"FROM audience.google_customer_match('contacts', {PERSON})",
    "audience.hashed_contacts": f"FROM audience.hashed_contacts('contacts', {PERSON})",
    "audience.hubspot_contacts": f"FROM audience.hubspot_contacts('contacts', {PERSON})",
    "audience.importance_tier": f"FROM audience.importance_tier({ORDERS}, amount)",
    "audience.intent_backtest": f"FROM audience.intent_backtest({LINES}, left(sku, 6), cutoff := DATE '2024-10-01')",
    "audience.interested_in": f"FROM audience.interested_in({LINES}, sku < 'sku 5', amount := amount)",
    "audience.histories": f"FROM audience.histories({ORDERS}, amount)",
    "audience.shop": "FROM audience.shop('stored')",
    "audience.customers_of": "FROM audience.customers_of('stored', shop := (SELECT shop FROM saved))",
    "audience.intent_part": f"FROM audience.intent_part({LINES}, sku, amount := amount, model := (SELECT model FROM labels_after_products))",
    "audience.intent_model": "FROM audience.intent_model('labels_weights', model := (SELECT model FROM labels_after_products))",
    "audience.interested_in_of": f"FROM audience.interested_in_of({LINES}, sku < 'sku 5', model := (SELECT model FROM set_after_calibration), amount := amount)",
    "audience.interests_of": f"FROM audience.interests_of({LINES}, sku, model := (SELECT model FROM labels_after_calibration), top := 10, amount := amount)",
    "audience.lookalike_part": f"FROM audience.lookalike_part({LINES}, amount, customer_id < 500, model := (SELECT model FROM likes_after_weights))",
    "audience.lookalike_model": "FROM audience.lookalike_model('likes_fit', model := (SELECT model FROM likes_after_weights))",
    "audience.lookalikes_of": f"FROM audience.lookalikes_of({LINES}, amount, customer_id < 500, model := (SELECT model FROM likes_after_fit))",
    "audience.product_affinity_part": f"FROM audience.product_affinity_part({LINES})",
    "audience.product_affinity_of": "FROM audience.product_affinity_of('affinities', min_together := 2)",
    "audience.order_gaps_part": f"FROM audience.order_gaps_part({ORDERS})",
    "audience.order_gaps_of": "FROM audience.order_gaps_of('waits')",
    "audience.period_models_part": f"FROM audience.period_models_part({ORDERS}, amount, since := DATE '2025-01-01', until := DATE '2025-12-31')",
    "audience.period_models": "FROM audience.period_models('period_states')",
    "audience.rfm_of": "FROM audience.rfm_of('stored', shop := (SELECT shop FROM saved))",
    "audience.contact_stage_of": """FROM audience.contact_stage_of('contacts', contact_id, 'stored', shop := (SELECT shop FROM saved),
        events := 'events', event_contact_id := contact, event_at := day, event_kind := kind)""",
    "audience.interests": f"FROM audience.interests({LINES}, sku, top := 10, amount := amount)",
    "audience.klaviyo_profiles": f"FROM audience.klaviyo_profiles('contacts', {PERSON})",
    "audience.lapse_threshold": f"FROM audience.lapse_threshold({ORDERS}, segment_by := status)",
    "audience.lifecycle_changes": f"FROM audience.lifecycle_changes({ORDERS}, DATE '2025-01-31', DATE '2025-12-31')",
    "audience.lifecycle_history": f"FROM audience.lifecycle_history({ORDERS}, amount)",
    "audience.lifecycle_stage": f"FROM audience.lifecycle_stage({ORDERS}, amount := amount)",
    "audience.lifecycle_transitions": f"FROM audience.lifecycle_transitions({ORDERS}, DATE '2025-01-31', DATE '2025-12-31')",
    "audience.linkedin_matched_audience": "FROM audience.linkedin_matched_audience('contacts', email := email, first_name := first_name, last_name := last_name, country := country)",
    "audience.lookalike_quality": f"FROM audience.lookalike_quality({LINES}, amount, customer_id < 500)",
    "audience.lookalikes": f"FROM audience.lookalikes({LINES}, amount, customer_id < 500)",
    "audience.mailchimp_contacts": "FROM audience.mailchimp_contacts('contacts', email := email, first_name := first_name, last_name := last_name)",
    "audience.members": f"FROM audience.members('later', customer_id, 'wishes', lines := 'lines', line_customer_id := customer_id, line_date := order_date, product := sku)",
    "audience.overview": f"FROM audience.overview({ORDERS}, amount)",
    "audience.value_risk": f"FROM audience.value_risk({ORDERS}, amount)",
    "audience.won_back": f"FROM audience.won_back({ORDERS}, amount)",
    "audience.meta_custom_audience": f"FROM audience.meta_custom_audience('contacts', {PERSON})",
    "audience.microsoft_customer_match": "FROM audience.microsoft_customer_match('contacts', email := email)",
    "audience.order_gaps": f"FROM audience.order_gaps({ORDERS})",
    "audience.pinterest_customer_list": "FROM audience.pinterest_customer_list('contacts', email := email)",
    "audience.product_affinity": f"FROM audience.product_affinity({LINES}, min_together := 1)",
    "audience.purchase_history": "SELECT customer_id, audience.purchase_history(order_date, amount) FROM orders GROUP BY customer_id ORDER BY customer_id",
    "audience.purchase_model": f"FROM audience.purchase_model({ORDERS}, amount := amount)",
    "audience.purchase_model_fit": "SELECT audience.purchase_model_fit(history) FROM histories",
    "audience.recommend": f"FROM audience.recommend({LINES}, top := 1000, own_share := 0.9, category := left(sku, 6), max_per_category := 50) WHERE rank % 50 = 0",
    "audience.replenishment": f"FROM audience.replenishment({LINES}, quantity := amount)",
    "audience.rf_segment": f"FROM audience.rf_segment({ORDERS})",
    "audience.report": f"FROM audience.report({ORDERS}, amount)",
    "audience.rfm": f"FROM audience.rfm({ORDERS}, amount)",
    "audience.seasonality": f"FROM audience.seasonality({ORDERS}, label := customer_id % 5)",
    "audience.snapchat_audience_list": "FROM audience.snapchat_audience_list('contacts', phone := phone, country := country)",
    "audience.tiktok_custom_audience": "FROM audience.tiktok_custom_audience('contacts', email := email, phone := phone, country := country)",
    "audience.trigger_check": "FROM audience.trigger_check(), range(20000) ORDER BY ALL",
    "audience.trigger_due": f"FROM audience.trigger_due({ORDERS}, log := 'log', catch_up_days := 30, rules := 'rules', members := 'members')",
    "audience.trigger_results": f"FROM audience.trigger_results({ORDERS}, amount, 'log')",
    "audience.trigger_simulation": f"FROM audience.trigger_simulation({ORDERS}, amount, '2025-01-01', '2025-06-30', rules := 'rules', members := 'members')",
    "audience.triggers": "FROM audience.triggers(), range(20000) ORDER BY ALL",
    "alive_probability": scalar("alive_probability(days, model, as_of)"),
    "audience_sql": text("""audience_sql(concat('{"column": "name", "=": "', text, '"}'))"""),
    "expected_purchases": scalar("expected_purchases(days, model, as_of, 365)"),
    "expected_purchases_interval": scalar("expected_purchases_interval(days, model, as_of, 365)"),
    "hash_identifier": text("hash_identifier(text)"),
    "holdout_group": text("holdout_group(text, 'spring', 0.5)"),
    "keyword": text("keyword(text, 'lantern')"),
    "lifecycle_reason": scalar("lifecycle_reason(days, model, as_of)"),
    "lifecycle_sql": scalar("lifecycle_sql(model, as_of, 'trino', days::VARCHAR, 'buyer', 'day')"),
    "lifecycle_stage": scalar("lifecycle_stage(days, model, as_of)"),
    "matches": """SELECT i, matches('{"column": "text", "=": "a"}', texts, DATE '2025-01-01') FROM texts""",
    "next_order_date": scalar("next_order_date(days, model, as_of)"),
    "normalize_email": text("normalize_email(text || '@example.com')"),
    "normalize_name": text("normalize_name(text)"),
    "normalize_phone": text("normalize_phone(text, 'DE')"),
    "normalize_zip": text("normalize_zip(text, 'DE')"),
    "order_value": "SELECT customer_id, order_value(history, model, as_of) FROM histories, model ORDER BY 2, 1",
    "return_probability": scalar("return_probability(days, model, as_of, 90)"),
    "usual_gap_days": scalar("usual_gap_days(days, model, as_of)"),
}


def make_tables(database: Path) -> None:
    with connect(database) as con:
        # A chunk of the texts is about 60 MB.
        for name, query in tables(customers=30_000, lines=50_000, text=30_000).items():
            con.execute(f"CREATE TABLE {name} AS {query}")


# Seconds after which DuckDB's workers are idle, and some more.
IDLE = 0.7


@contextmanager
def address_space(megabytes: int):
    """Beyond, every allocation of the process fails, DuckDB's and ours."""
    import resource

    # Workers of DuckDB that are idle for the first time make thread-locals of its allocator, and without memory for them the C
    # library ends the process, with this extension or without.
    sleep(IDLE)
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    unlimited = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (used + (megabytes << 20), unlimited[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, unlimited)


def outcome(con: duckdb.DuckDBPyConnection, query: str, folder: str) -> str:
    try:
        # Everything is computed, in its order, and nothing is kept in memory.
        con.execute(f"COPY ({query}) TO '{folder}/result.csv'")
    except (duckdb.OutOfMemoryException, MemoryError):
        return "oom"
    except duckdb.Error as error:
        text = str(error)
        is_clear = "audience: " in text and "memory" in text and "internal error" not in text
        return "refused" if is_clear else f"{type(error).__name__}: {text}"
    return "ok"


def opened(database: str) -> duckdb.DuckDBPyConnection:
    con = connect()
    con.execute(f"SET threads = 2; SET temp_directory = ''; {WRITING_THREADS}; ATTACH '{database}' AS shop (READ_ONLY); USE shop")
    return con


def main(database: str, folder: str, function: str, *limits: str) -> None:
    Path(folder).mkdir(parents=True, exist_ok=True)
    # DuckDB takes a folder to spill to once, and keeps what it loaded, so every kind of limit has a connection.
    for kind, same_kind in groupby(limits, lambda limit: limit.lstrip("0123456789")):
        with opened(database) as con:
            if not kind:
                con.execute(f"SET temp_directory = '{folder}/spilled'")
            for limit in same_kind:
                print(limit, end=" ", flush=True)
                megabytes = int(limit.removesuffix(kind))
                if kind == "+":
                    with address_space(megabytes):
                        text = outcome(con, CALLS[function], folder)
                else:
                    con.execute(f"SET memory_limit = '{megabytes}MB'")
                    text = outcome(con, CALLS[function], folder)
                # The connection is of use afterwards, with the limit and without.
                assert con.execute("SELECT 42").fetchone() == (42,)
                con.execute("SET memory_limit = '1GB'")
                assert con.execute("SELECT count(*) FROM audience.triggers()").fetchone() == (7,)
                print(text.replace("\n", " "), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
