"""Laws of the segments of contacts, on made-up shops, and that they agree with the functions about customers."""

import datetime
import random

import duckdb
import pytest

import support

ORDERS = "'orders', customer_id, order_date"
CONTACTS = "'contacts', contact_id"
FILTER = "filter := status <> 'cancelled'"
EVENTS = "events := 'events', event_contact_id := contact_id, event_at := event_at, event_kind := event_kind"
RF_DAYS = ("promising_days", "wandering_days", "dormant_days", "at_risk_days", "lost_days")


@pytest.fixture(scope="module")
def shop(extension_path):
    """Read only. Contacts lack every tenth customer, so that there are customers without a contact."""
    with support.connect() as con:
        con.execute("SET TimeZone = 'UTC'; CREATE TABLE orders AS FROM audience.demo_orders(customers := 3000)")
        con.execute("CREATE TABLE contacts AS FROM audience.demo_contacts(customers := 3000) WHERE contact_id % 10 <> 0")
        con.execute("""
            CREATE TABLE events AS
            SELECT contact_id, subscribed_at + to_days((k * (7 + contact_id % 50))::INTEGER) AS event_at,
                   ['open', 'click', 'sent', 'visit', 'favourite'][1 + (contact_id + k) % 5] AS event_kind
            FROM contacts, range(20) r(k) WHERE contact_id % 3 > 0""")
        yield con


def as_dict(con: duckdb.DuckDBPyConnection, sql: str) -> dict:
    """Rows by their first column, which is unique."""
    rows = con.execute(sql).fetchall()
    keys = [row[0] for row in rows]
    assert len(keys) == len(set(keys))
    names = [column[0] for column in con.description[1:]]
    return {row[0]: dict(zip(names, row[1:])) for row in rows}


def test_rf_segment_is_a_partition_for_any_days(con) -> None:
    """Every number of purchases with every silence, day 0 included, against the seven rules written as SQL."""
    con.execute("""
        CREATE TABLE orders AS
        SELECT p * 1000 + s AS customer_id, DATE '2024-12-31' - (s + k)::INTEGER AS order_date
        FROM range(1, 6) purchases(p), range(0, 130) silences(s), range(5) r(k) WHERE k < p""")
    chance = random.Random(1)
    for _ in range(8):
        promising, wandering, dormant = sorted(chance.sample(range(1, 130), 3))
        at_risk, lost = sorted(chance.sample(range(1, 130), 2))
        days = dict(zip(RF_DAYS, (promising, wandering, dormant, at_risk, lost)))
        options = ", ".join(f"{name} := {value}" for name, value in days.items())
        rules = f"""[
            CASE WHEN purchases = 1 AND silence_days < {promising} THEN 'New' END,
            CASE WHEN purchases = 1 AND silence_days >= {promising} AND silence_days < {wandering} THEN 'Promising' END,
            CASE WHEN purchases = 2 AND silence_days < {wandering} THEN 'Promising' END,
            CASE WHEN purchases <= 2 AND silence_days >= {wandering} AND silence_days < {dormant} THEN 'Wandering' END,
            CASE WHEN purchases <= 2 AND silence_days >= {dormant} THEN 'Dormant' END,
            CASE WHEN purchases >= 3 AND silence_days < {at_risk} THEN 'Loyal' END,
            CASE WHEN purchases >= 3 AND silence_days >= {at_risk} AND silence_days < {lost} THEN 'At Risk' END,
            CASE WHEN purchases >= 3 AND silence_days >= {lost} THEN 'Lost' END]"""
        found = con.execute(f"""
            SELECT count(*), count(DISTINCT customer_id), bool_and(list_filter({rules}, lambda rule: rule IS NOT NULL) = [rf_segment::VARCHAR])
            FROM audience.rf_segment({ORDERS}, {options})""").fetchone()
        assert found == (650, 650, True), days


@pytest.mark.parametrize("as_of", ["NULL", "DATE '2024-06-30'"])
def test_contacts_and_customers_are_all_there_once(shop, as_of: str) -> None:
    customers = {key for (key,) in shop.execute(f"SELECT customer_id FROM audience.customers({ORDERS}, amount, as_of := {as_of}, {FILTER})").fetchall()}
    contacts = {key for (key,) in shop.execute("SELECT contact_id FROM contacts").fetchall()}
    stages = as_dict(shop, f"FROM audience.contact_stage({CONTACTS}, {ORDERS}, amount, as_of := {as_of}, {FILTER})")
    assert stages.keys() == contacts | customers
    assert {key for key, row in stages.items() if row["contact_stage"] == "Prospect"} == contacts - customers

    known = shop.execute(f"""
        SELECT contact_id FROM contacts GROUP BY contact_id
        HAVING bool_or(subscribed_at IS NULL OR subscribed_at::DATE <= coalesce({as_of}, current_date))""").fetchall()
    bought = shop.execute(f"SELECT DISTINCT customer_id FROM orders WHERE customer_id > 0 AND order_date <= coalesce({as_of}, current_date) AND status = 'completed'")
    bought = {key for (key,) in bought.fetchall()}
    segments = as_dict(shop, f"FROM audience.essential_segments({CONTACTS}, subscribed_at, {ORDERS}, as_of := {as_of}, filter := status = 'completed')")
    assert segments.keys() == {key for (key,) in known} | bought
    assert {key for key, row in segments.items() if row["has_contact"]} == {key for (key,) in known}
    assert {key for key, row in segments.items() if row["purchases"]} == bought


@pytest.mark.parametrize("as_of", ["NULL", "DATE '2024-06-30'"])
def test_contact_stage_agrees_with_the_functions_about_customers(shop, as_of: str) -> None:
    customers = as_dict(shop, f"FROM audience.customers({ORDERS}, amount, as_of := {as_of}, {FILTER})")
    tiers = as_dict(shop, f"FROM audience.importance_tier({ORDERS}, amount, as_of := {as_of}, {FILTER})")
    threshold = shop.execute(f"SELECT threshold_days FROM audience.lapse_threshold({ORDERS}, amount := amount, as_of := {as_of}, {FILTER})").fetchone()[0]
    assert threshold > 0
    lapsed_and_late = 0
    for key, row in as_dict(shop, f"FROM audience.contact_stage({CONTACTS}, {ORDERS}, amount, as_of := {as_of}, {FILTER})").items():
        assert row["is_vip"] == (key in tiers and tiers[key]["importance_tier"] == "VIP")
        if key not in customers:
            assert (row["contact_stage"], row["purchases"], row["lapse_after_days"]) == ("Prospect", 0, None)
            continue
        customer = customers[key]
        for column in ("purchases", "silence_days", "usual_gap_days"):
            assert row[column] == customer[column]
        assert row["lapse_after_days"] == max(threshold, 1.1 * row["usual_gap_days"])
        if row["silence_days"] > row["lapse_after_days"]:
            assert row["contact_stage"] == "Lapsed" and customer["lifecycle_stage"] != "Active"
            lapsed_and_late += 1
        else:
            assert row["contact_stage"] == ("Active One-Time" if row["purchases"] == 1 else "Active Repeat")
            assert customer["lifecycle_stage"] != "Lost" or row["usual_gap_days"] * 1.1 < row["silence_days"]
    assert lapsed_and_late > 100


def test_essential_segments_follow_their_rules(shop) -> None:
    for windows in [(30, 30, 7, 30, 60), (400, 90, 120, 20, 40), (0, 0, 0, 0, 0)]:
        names = ("new_subscriber_days", "first_time_days", "two_time_days", "one_time_lapsed_days", "repeat_lapsed_days")
        options = ", ".join(f"{name} := {days}" for name, days in zip(names, windows))
        new, first, two, one_lapsed, lapsed = windows
        for row in as_dict(shop, f"FROM audience.essential_segments({CONTACTS}, subscribed_at, {ORDERS}, filter := status = 'completed', {options})").values():
            purchases, silence, subscribed = row["purchases"], row["silence_days"], row["subscribed_days"]
            rules = [
                ("New Subscriber", purchases == 0 and subscribed is not None and subscribed < new),
                ("First-Time Buyer", purchases == 1 and silence < first),
                ("Two-Time Buyer", purchases == 2 and silence < two),
                ("One-Time Lapsed", purchases == 1 and silence >= one_lapsed),
                ("Repeat Lapsed", purchases >= 2 and silence >= lapsed),
            ]
            assert row["essential_segment"] == next((name for name, holds in rules if holds), None)


def test_engagement_is_the_decayed_sum_of_the_events(shop) -> None:
    as_of = datetime.date(2025, 12, 31)
    weights = {"open": 1, "visit": 2, "click": 4, "favourite": 8, "sent": 0}
    scores: dict[int, float] = {}
    for key, moment, kind in shop.execute("FROM events WHERE event_at < DATE '2026-01-01'").fetchall():
        scores[key] = scores.get(key, 0) + weights[kind] * 2 ** (-(as_of - moment.date()).days / 30)
    levels = set()
    for key, row in as_dict(shop, f"FROM audience.contact_stage({CONTACTS}, {ORDERS}, amount, as_of := DATE '{as_of}', {FILTER}, {EVENTS})").items():
        score = scores.get(key, 0)
        assert row["engagement_score"] == pytest.approx(score, rel=1e-12, abs=1e-300)
        assert row["engagement"] == ("Hot" if score >= 2 else "Warm" if score >= 0.5 else "Cold")
        levels.add(row["engagement"])
    assert levels == {"Hot", "Warm", "Cold"}


def test_the_order_of_rows_and_the_threads_do_not_matter(shop) -> None:
    sql = f"FROM audience.contact_stage('{{}}', contact_id, 'shuffled', customer_id, order_date, amount, {FILTER}, {EVENTS}) ORDER BY contact_id"
    shop.execute("CREATE TEMP TABLE shuffled AS FROM orders ORDER BY md5(order_id::VARCHAR)")
    shop.execute("CREATE TEMP TABLE mixed AS FROM contacts ORDER BY md5(contact_id::VARCHAR)")
    expected = shop.execute(sql.replace("shuffled", "orders").format("contacts")).fetchall()
    for threads in (1, 4):
        shop.execute(f"SET threads = {threads}")
        assert shop.execute(sql.format("mixed")).fetchall() == expected
    shop.execute("RESET threads")


def test_the_default_events_in_the_other_catalog(tmp_path) -> None:
    path = tmp_path / "audience.duckdb"
    with support.connect(path) as con:
        con.execute("CREATE TABLE orders AS FROM audience_sql.demo_orders(50); CREATE TABLE contacts AS FROM audience_sql.demo_contacts(50)")
        sql = f"SELECT count(*), count(engagement) FROM audience_sql.contact_stage({CONTACTS}, {ORDERS}, amount"
        assert con.execute(f"{sql})").fetchone() == (60, 0)
        con.execute("CREATE TABLE events AS SELECT 1 AS contact_id, DATE '2025-01-01' AS event_at, 'open' AS event_kind")
        assert con.execute(f"{sql}, {EVENTS})").fetchone() == (60, 60)


def test_in_views_prepared_statements_and_frames(con) -> None:
    con.execute("CREATE TABLE orders AS FROM audience.demo_orders(100); CREATE TABLE contacts AS FROM audience.demo_contacts(100)")
    for call in (
        f"rf_segment({ORDERS}",
        f"essential_segments({CONTACTS}, subscribed_at, {ORDERS}",
        f"contact_stage({CONTACTS}, {ORDERS}, amount",
    ):
        rows = con.execute(f"SELECT count(*) FROM audience.{call})").fetchone()
        con.execute(f"CREATE OR REPLACE VIEW v AS FROM audience.{call})")
        assert con.execute("SELECT count(*) FROM v").fetchone() == rows
        assert con.execute(f"SELECT count(*) FROM audience.{call}, as_of := $1)", ["2025-12-31"]).fetchone() == rows
        assert con.execute(f"WITH list AS (FROM contacts) SELECT count(*) FROM audience.{call.replace('contacts', 'list')})").fetchone() == rows
    frame = con.execute("FROM contacts").df()  # noqa: F841 - DuckDB finds it by its name
    assert con.execute(f"SELECT count(*) FROM audience.contact_stage('frame', contact_id, {ORDERS}, amount)").fetchone() == (120,)
