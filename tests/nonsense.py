"""Nonsense as the arguments of the extension's functions, which every SQL user can call.

A call may give a result or a clear error. Every other end is a failure: a panic, an internal error of DuckDB, a call
that takes too long, memory without end. Everything follows from a seed.
"""

import json
import os
import random
import re
import sys
import threading
import time
from pathlib import Path

import duckdb

import support

# A call on at most 300 rows takes milliseconds; machines that test are slow and busy.
SECONDS = 10
# What a process may allocate beyond what it has when the extension is loaded.
GIGABYTES = 2

PRODUCTS, LABELS = 12, 3
AS_OF = "2024-06-01"

# Order lines of 17 customers, and what the functions make of them: a BLOB of every kind.
def learned(r: random.Random) -> dict:
    features = "return_odds repeat_purchases silence silence_in_gaps one_time_buyer purchases_90_days purchases_365_days "
    features += "silence_in_longest_gap purchase_value same_season customer_a_year_ago purchases_30_days days_as_customer return_odds_by_silence"
    weighing = {"mean": 0.5, "deviation": 1.5, "weight": r.choice((-0.2, 0.3))}
    return {"horizon_days": 180, "windows": 3, "level": 0.1, "purchases_factor": 1.1, **dict.fromkeys(features.split(), weighing)}


def seasonal_index() -> dict:
    months = "january february march april may june july august september october november december"
    return dict.fromkeys(months.split(), 0.9)


WHOLE_MODEL = {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": 62.0, "order_value": 40.0, "seasonal_index": seasonal_index(), "learned": learned(random.Random(0))}

SETUP = f"""
CREATE TABLE lines AS SELECT *, product % {LABELS} AS label FROM (
    SELECT i % 17 AS customer, CASE WHEN i % 17 < 8 THEN i * i % 5 ELSE 4 + i * i % 8 END::INTEGER AS product,
        DATE '{AS_OF}' - (i * 7 % 200)::INTEGER AS day, (i % 50)::DOUBLE AS amount FROM range(400) r(i));
CREATE TABLE customers AS SELECT customer, __audience_basket('customers', product, day, label, amount).basket AS basket,
    __audience_purchase_history('customers', day, amount).history AS history FROM lines GROUP BY customer;
CREATE TABLE seeds AS SELECT customer, __audience_basket('customers', product, day, number::INTEGER, NULL).basket AS basket
    FROM lines JOIN (SELECT unnest(range(6)) AS number) ON customer < 8 AND (number = 0 OR customer % 5 != number - 1) OR number IS NULL GROUP BY customer
    UNION ALL SELECT customer, __audience_basket('customers', product, day, NULL, NULL).basket FROM lines WHERE customer >= 8 GROUP BY customer;
CREATE TABLE kinds AS SELECT 'basket' AS kind, basket AS blob FROM customers;
INSERT INTO kinds SELECT 'seed_basket', basket FROM seeds;
INSERT INTO kinds SELECT 'plain_basket', basket FROM seeds WHERE customer >= 8;
INSERT INTO kinds SELECT 'members', __audience_label_members('customers', product, label) FROM lines;
INSERT INTO kinds SELECT 'nothing', __audience_label_members('customers', product, NULL) FROM lines;
INSERT INTO kinds SELECT 'weights', __audience_intent_weights('customers', basket, (SELECT blob FROM kinds WHERE kind = 'members'), {PRODUCTS}, {LABELS}, DATE '{AS_OF}', 60) FROM customers;
INSERT INTO kinds SELECT 'scales', __audience_intent_scales('customers', basket, (SELECT blob FROM kinds WHERE kind = 'weights'), 60) FROM customers;
INSERT INTO kinds SELECT 'calibration', __audience_intent_calibration('customers', basket, (SELECT blob FROM kinds WHERE kind = 'weights'), (SELECT blob FROM kinds WHERE kind = 'scales'), 60) FROM customers;
INSERT INTO kinds SELECT 'weights_state', __audience_intent_weights_state('customers', basket, (SELECT blob FROM kinds WHERE kind = 'members'), {PRODUCTS}, {LABELS}, DATE '{AS_OF}', 60) FROM customers GROUP BY customer % 2;
INSERT INTO kinds SELECT 'scales_state', __audience_intent_scales_state('customers', basket, (SELECT blob FROM kinds WHERE kind = 'weights'), 60) FROM customers GROUP BY customer % 2;
INSERT INTO kinds SELECT 'calibration_state', __audience_intent_calibration_state('customers', basket, (SELECT blob FROM kinds WHERE kind = 'weights'), (SELECT blob FROM kinds WHERE kind = 'scales'), 60) FROM customers GROUP BY customer % 2;
INSERT INTO kinds SELECT 'gaps_state', __audience_order_gaps_state('customers', days, DATE '{AS_OF}') FROM (SELECT list(DISTINCT day ORDER BY day) AS days FROM lines GROUP BY customer);
INSERT INTO kinds SELECT 'seed_weights', __audience_intent_weights('customers', basket, (SELECT blob FROM kinds WHERE kind = 'nothing'), {PRODUCTS}, 6, DATE '{AS_OF}', 60) FROM seeds;
INSERT INTO kinds SELECT 'likes_state', __audience_lookalike_fit_state('customers', customer, seeds.basket, history, (SELECT blob FROM kinds WHERE kind = 'seed_weights'), 60) FROM seeds JOIN customers USING (customer) GROUP BY customer % 2;
INSERT INTO kinds SELECT 'model', __audience_lookalike_fit('customers', customer, seeds.basket, history, (SELECT blob FROM kinds WHERE kind = 'seed_weights'), 60).model FROM seeds JOIN customers USING (customer);
INSERT INTO kinds SELECT 'matrix', __audience_purchase_matrix('customers', basket, {PRODUCTS}, {PRODUCTS}, DATE '{AS_OF}', 60, 100) FROM customers;
INSERT INTO kinds SELECT 'common', __audience_common_buyers('customers', i::INTEGER, (SELECT blob FROM kinds WHERE kind = 'matrix')) FROM range({PRODUCTS}) r(i);
INSERT INTO kinds SELECT 'product_weights', __audience_product_weights('customers', i::INTEGER, (SELECT blob FROM kinds WHERE kind = 'common')) FROM range({PRODUCTS}) r(i);
INSERT INTO kinds SELECT 'catalogue', __audience_product_catalogue('customers', (SELECT blob FROM kinds WHERE kind = 'matrix'), [true FOR x IN range({PRODUCTS})], [(x % {LABELS})::INTEGER FOR x IN range({PRODUCTS})], DATE '{AS_OF}', 60, 5, 3, 2);
INSERT INTO kinds SELECT 'q_values', __audience_discoveries('customers', i / 20, i / 20, 5, 100).q_values FROM range(20) r(i);
-- Of one value: nothing is closed, so they are sound for any values.
INSERT INTO kinds SELECT 'value_outline', __audience_importance_outline('customers', true, 50::DOUBLE);
INSERT INTO kinds SELECT 'score_outline', __audience_score_outline('customers', 50::DOUBLE, 5);
INSERT INTO kinds SELECT 'set', __audience_member_set('customers', (i * i % 90)::INTEGER).audiences FROM range(60) r(i) GROUP BY i % 5;
INSERT INTO kinds SELECT 'gaps', __audience_packed_gaps('customers', [DATE '{AS_OF}' - 100, DATE '{AS_OF}' - 60, DATE '{AS_OF}' - 20]);
INSERT INTO kinds SELECT 'shop_model', __audience_packed_model_fit('customers', history, NULL, DATE '{AS_OF}', 60, true) FROM customers GROUP BY customer % 3;
INSERT INTO kinds SELECT 'shop_model', __audience_given_model('customers', audience.internal.__model_struct({WHOLE_MODEL}), true);
CREATE TABLE damaged(id INTEGER PRIMARY KEY, blob BLOB);
"""

# What the arguments of a function stand for, where their types do not say it; `.` is what its type stands for, `none` is
# NULL, because it would have to fit the argument before it. Those in capital letters are kinds of BLOBs.
ARGUMENTS = {
    "__audience_affinity": "partner",
    "__audience_bought_together": "product MATRIX one",
    "__audience_cohort_forecast": "few . . . SHOP_MODEL ahead",
    "__audience_common_buyers": "zero MATRIX",
    "__audience_contact_keys": "platform . email phone . . . . . .",
    "__audience_at_least": "stage stage",
    "__audience_customer_value": "three_purchases GAPS SHOP_MODEL . . . share",
    "__audience_column": "name name row_type",
    "__audience_date_column": "name date_type name row_type",
    "__audience_number_column": "name number_type name row_type",
    "__audience_definition_check": "definition_table",
    "__audience_definition_table": "name definition",
    "__audience_definitions": "definition_table",
    "__audience_discoveries": "share share five tests",
    "__audience_event_score": "event_kind days",
    "__audience_explain_customer": ". SHOP_MODEL . .",
    "__audience_forecast": "three_purchases GAPS SHOP_MODEL . .",
    "__audience_first_lost_date": ". same_model",
    "__audience_identify": "platform email phone . . . . . . . . . . . . . .",
    "__audience_importance": ". . VALUE_OUTLINE",
    "__audience_intent_calibration": "BASKET WEIGHTS SCALES horizon",
    "__audience_intent_calibration_state": "BASKET WEIGHTS SCALES horizon",
    "__audience_intent_calibration_merged": "CALIBRATION_STATE",
    "__audience_intent_calibration_summed": "CALIBRATION_STATE",
    "__audience_intent_scales": "BASKET WEIGHTS horizon",
    "__audience_intent_scales_state": "BASKET WEIGHTS horizon",
    "__audience_intent_scales_merged": "SCALES_STATE",
    "__audience_intent_scales_summed": "SCALES_STATE",
    "__audience_intent_scores": "BASKET WEIGHTS SCALES CALIBRATION horizon zero labels",
    "__audience_intent_weights": "BASKET MEMBERS products labels . horizon",
    "__audience_intent_weights_state": "BASKET MEMBERS products labels . horizon",
    "__audience_intent_weights_merged": "WEIGHTS_STATE",
    "__audience_intent_weights_summed": "WEIGHTS_STATE",
    "__audience_lapse_days": "three_purchases GAPS .",
    "__audience_lapse_threshold": ". . half",
    "__audience_lookalike_fit": ". SEED_BASKET . SEED_WEIGHTS horizon",
    "__audience_lookalike_fit_state": ". SEED_BASKET . SEED_WEIGHTS horizon",
    "__audience_lookalike_fit_merged": "LIKES_STATE",
    "__audience_lookalike_fit_summed": "LIKES_STATE",
    "__audience_lookalike_score": "PLAIN_BASKET . SEED_WEIGHTS MODEL horizon",
    "__audience_matching_set": "packed . row",
    "__audience_members": "asking . row answers",
    "__audience_offers": "BASKET PRODUCT_WEIGHTS CATALOGUE CATALOGUE",
    "__audience_order_dates": "three_purchases GAPS",
    "__audience_history_values": ". . SHOP_MODEL",
    "__audience_prediction": "three_purchases GAPS SHOP_MODEL . .",
    "__audience_product_sets": "asking . row",
    "__audience_bought_answers": "asking . BASKET",
    "__audience_order_gaps_merged": "GAPS_STATE",
    "__audience_order_gaps_summed": "GAPS_STATE",
    "__audience_product_buyers": "product MATRIX",
    "__audience_product_catalogue": "MATRIX allowed categories . horizon one one one",
    "__audience_product_weights": "product COMMON",
    "__audience_product_pace": ". long_ago GAPS .",
    "__audience_repurchase": ". half long_ago GAPS half . horizon",
    "__audience_repurchase_fit": "long_ago GAPS half half .",
    "__audience_explain_repurchase": ". one long_ago half . horizon",
    "__audience_property": "platform . . .",
    "__audience_purchase_matrix": "BASKET products products . horizon five",
    "__audience_q_value": "share Q_VALUES",
    "__audience_packed_model_fit": "three_purchases GAPS . horizon yes",
    "__audience_purchase_model_fit": "three_purchases GAPS . horizon yes",
    "__audience_report_page": "facts",
    "__audience_ranking": "share .",
    "__audience_rfm_segment": "score score five no_text",
    "__audience_score_cuts": ". five SCORE_OUTLINE",
    "__audience_score_outline": ". five",
    "__audience_set_difference": "SET SET",
    "__audience_set_overlap": "SET",
    "__audience_seasonality": "three_purchases GAPS next_year",
    "__audience_set_totals": "SET . . . . . .",
    "__audience_stage_model": "SHOP_MODEL",
    "__audience_unpacked_model": "SHOP_MODEL",
    "__audience_value_interval": "three_purchases GAPS SHOP_MODEL . . . share",
    "__audience_telling_product": "SEED_WEIGHTS",
    "__audience_rules_met": "three_purchases GAPS rule_table . .",
    "__audience_trigger_check": "rule_table",
    "__audience_trigger_rules": "rule_table",
    "__audience_trigger_simulation": ". rule_table . . . .",
    "audience_sql": "definition .",
    "expected_purchases": ". . . days",
    "expected_purchases_interval": ". . . days",
    "holdout_group": ". name share",
    "keyword": ". name",
    "lifecycle_sql": ". . dialect name name name",
    "matches": "definition row .",
    "normalize_email": "email",
    "normalize_name": "name",
    "normalize_phone": "phone country",
    "normalize_zip": "zip country",
    "return_probability": ". . . days",
}

DEFINITION = '{"all": [{"column": "a", ">": 3}, {"not": {"column": "b", "in": ["x", "y"]}}]}'

# A page about no orders.
FACTS = json.dumps({
    "title": "Shop", "currency": None, "as_of": None, "first_order_date": None, "cutoff": "2024-01-01", "most_slipping": 3, "has_members": False,
    **dict.fromkeys(("overview", "stages", "value", "gaps", "lapse", "cohorts", "deciles", "quality", "slipping", "audiences"), []),
})

SMALL = {
    "date_type": lambda r: r.choice(("DATE", "TIMESTAMP", "VARCHAR")),
    "number_type": lambda r: r.choice(("INTEGER", "DOUBLE", "DECIMAL(9,2)")),
    "row_type": lambda r: r.choice(('"NULL"', "STRUCT(id INTEGER, \"Order Date\" DATE)")),
    "asking": lambda r: f'[["A",{DEFINITION}],["B",{{"bought": {{"b": "x", "at_least": 2}}}}]]',
    "caller": lambda r: "customers",
    "country": lambda r: r.choice(("DE", "GB", "US")),
    "days": lambda r: r.randrange(400),
    # Where a year is known of three purchases.
    "next_year": lambda r: 400,
    "definition_table": lambda r: json.dumps([{"name": "A", "definition": DEFINITION}, {"name": "B", "definition": '{"audience": "A"}'}]),
    "definition": lambda r: r.choice((DEFINITION, '{"column": "b", "like": "x%"}')),
    "dialect": lambda r: r.choice(("duckdb", "postgres", "BigQuery")),
    "email": lambda r: r.choice(("anna@example.com", " Bo@Example.ORG ", "c.d+e@gmail.com")),
    "event_kind": lambda r: r.choice(("open", "click", "visit")),
    "few": lambda r: r.randrange(10),
    "facts": lambda r: FACTS,
    "five": lambda r: 5,
    "half": lambda r: 0.5,
    "horizon": lambda r: 60,
    "labels": lambda r: LABELS,
    "long_ago": lambda r: -r.randrange(30, 400),
    "many": lambda r: r.randrange(10, 1000),
    "name": lambda r: r.choice(("interests", "customers")),
    "no_text": lambda r: None,
    "one": lambda r: r.randrange(1, 9),
    "packed": lambda r: f'[["A",{DEFINITION}],["B",{{"audience": "A"}}]]',
    "phone": lambda r: r.choice(("0171 39200-12", "+44 20 7183 8750")),
    "platform": lambda r: r.choice(("google", "meta", "tiktok", "microsoft", "snapchat", "linkedin", "klaviyo", "mailchimp", "brevo", "hubspot", "export", "hashed")),
    "product": lambda r: r.randrange(PRODUCTS),
    "products": lambda r: PRODUCTS,
    "stage": lambda r: r.choice(("Active", "Slipping Away", "Lost")),
    "rule_table": lambda r: json.dumps([rule(r, "A"), rule(r, "B")]),
    "score": lambda r: r.randrange(1, 6),
    "share": lambda r: r.randrange(1, 100) / 100,
    "tests": lambda r: 1000.0,
    "yes": lambda r: True,
    "zero": lambda r: 0,
    "zip": lambda r: r.choice(("94303-5300", "20095")),
}

NUMBERS = {
    "tinyint": (-128, 127),
    "integer": (-(2**31), 2**31 - 1),
    "bigint": (-(2**63), 2**63 - 1),
    "hugeint": (-(2**127), 2**127 - 1),
}
COUNTS = (0, 1, 2, 3, 5, 10, 12, 13, 30, 60, 100, 365, 1000, 1001, 6000, 36525, 65536, 10**6, 2 * 10**7, 2**25, 2**31 - 2)
DOUBLES = ("nan", "inf", "-inf", 0.0, -0.0, 1.0, -1.0, 0.5, 2.0, 1e-300, 5e-324, 1e10, 1e100, 1e308, -1e308, 2**31, 2**53, 2**63)
DATES = (
    "infinity",
    "-infinity",
    "0001-01-01",
    "1969-12-31",
    "1970-01-01",
    "2024-02-29",
    "9999-12-31",
    "5881580-07-10",
    "5877642-06-25 (BC)",
)
TEXTS = ("", " ", "x", "naïve", "'", '"', "\\", "💶" * 9, "a" * 5000, "[]", "{}", "[[]]", '[["A",5]]', '[["A",{"audience": "A"}]]', '[["A",{"audience": "B"}]]', "null", "1e999", "[" * 3000, '{"not":' * 200)
WORDS = ("tent", "blue tent", "Anna", "2024-02-03", "42", "f")


class Pool:
    """The BLOBs that the functions made, and a table of damaged ones, because literals of many bytes take long to parse."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self.ids: dict[bytes, int] = {}
        self.blobs: list[bytes] = []
        self.made: dict[str, list[bytes]] = {}
        for kind, blob in con.execute("SELECT kind, blob FROM kinds ORDER BY kind, blob").fetchall():
            self.made.setdefault(kind, []).append(blob)

    def literal(self, blob: bytes) -> str:
        if len(blob) <= 100:
            return f"from_hex('{blob.hex()}')"
        if blob not in self.ids:
            self.ids[blob] = len(self.ids)
            self.blobs.append(blob)
            self.con.execute("INSERT INTO damaged VALUES (?, ?)", [self.ids[blob], blob])
        return f"(SELECT blob FROM damaged WHERE id = {self.ids[blob]})"

    def in_full(self, sql: str) -> str:
        """A call that works without the table, for a report."""
        return re.sub(r"\(SELECT blob FROM damaged WHERE id = (\d+)\)", lambda found: f"from_hex('{self.blobs[int(found[1])].hex()}')", sql)


def damage(blob: bytes, r: random.Random, pool: Pool) -> bytes:
    """A BLOB that is not quite what a function made."""
    blob = bytearray(blob)
    match r.randrange(8):
        case 0:
            return bytes(blob[: r.randrange(len(blob) + 1)])
        case 1:
            for _ in range(r.choice((1, 1, 2, 8))):
                if blob:
                    blob[r.randrange(len(blob))] ^= 1 << r.randrange(8)
        case 2:
            # A number at a place where there may be one.
            if len(blob) >= 4:
                at = 4 * r.randrange(len(blob) // 4)
                blob[at : at + 4] = r.choice((0, 1, 2, 7, 255, 4096, 2**24, 2**31, 2**32 - 1)).to_bytes(4, "little")
        case 3:
            if len(blob) >= 8:
                at = 4 * r.randrange(len(blob) // 4 - 1)
                blob[at : at + 8] = r.choice((b"\0" * 8, b"\xff" * 8, b"\0\0\0\0\0\0\xf0\x7f", b"\0\0\0\0\0\0\xf0\xff", b"\1" + b"\0" * 7, b"\xff" * 6 + b"\xef\x7f"))
        case 4:
            return bytes(blob) + r.randbytes(r.choice((1, 4, 8, 40)))
        case 5:
            return r.choice(pool.made[r.choice(sorted(pool.made))])
        case 6:
            # Lists in another order.
            at = 4 * r.randrange(len(blob) // 4 + 1)
            words = [blob[i : i + 4] for i in range(at, len(blob), 4)]
            r.shuffle(words)
            blob[at:] = b"".join(words)
        case _:
            return plausible(r)
    return bytes(blob)


def plausible(r: random.Random) -> bytes:
    """Random bytes, with small little-endian counts at places where a format has them."""
    match r.randrange(4):
        case 0:
            return r.randbytes(r.choice((0, 1, 3, 4, 12, 13, 64, 500)))
        case 1:
            return r.choice((b"\0", b"\1", b"\xff", b"A", b"\x01\0\0\0")) * r.choice((1, 4, 12, 64, 1024, 5000))
        case _:
            return b"".join(r.choice((0, 0, 1, 1, 2, 3, 4, 8)).to_bytes(4, "little") if r.random() < 0.8 else r.randbytes(4) for _ in range(r.randrange(1, 60)))


def day(r: random.Random, latest: int = 0, earliest: int = 700) -> int:
    """A number of days before AS_OF."""
    return -r.randrange(latest, earliest)


def history(r: random.Random) -> dict:
    days = sorted({day(r) for _ in range(r.randrange(1, 9))})
    return {
        "purchases": len(days),
        "first_order_date": days[0],
        "last_order_date": days[-1],
        "fourth_last_order_date": days[-4] if len(days) >= 4 else None,
        "revenue": r.choice((None, 120.5, -3.0)),
        "order_dates": r.choice((None, days)),
    }


def log(r: random.Random) -> list:
    days = sorted({day(r) for _ in range(r.randrange(1, 12))})
    return [{"day": day, "is_purchase": r.random() < 0.9, "revenue": r.choice((None, 12.5, 80.0))} for day in days]


def rule(r: random.Random, name: str = "A") -> dict:
    return {
        "name": name,
        "min_purchases": 1,
        "max_purchases": r.choice((None, 3)),
        "silence_days": r.randrange(5, 90),
        "action_days": [0, 7, 20],
        "channels": ["email", "sms"],
        "message": "hello",
        "discount_allowed": True,
        "conversion_days": 7,
        "repeat_policy": r.choice(("once", "every time", "at most 2 per 365 days")),
        "unsubscribe_after": 40,
    }


# Values that make sense together, by the fields of a STRUCT.
STRUCTS = {
    "purchases": history,
    "min_purchases": rule,
    "r": lambda r: {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": r.choice((30.0, 62.0)), "order_value": r.choice((None, 40.0)), "seasonal_index": r.choice((None, seasonal_index())), "learned": r.choice((None, learned(r)))},
    "gamma": lambda r: {"p": 3.5, "q": 4.6, "gamma": 34.0},
    "rate_shape": lambda r: {"shape": 1.3, "rate_shape": 0.9, "rate_scale": 120.0, "leaving": 0.5, "staying": 0.4, "quantity_power": 0.2},
    "due_date": lambda r: {"usual_gap_days": 21.5, "due_date": 12, "probability": 0.4},
    "since": lambda r: {"since": -400, "until": -40, "known_until": 0, "cap": 3, "cap_days": 30},
    "messages_squared": lambda r: {"customers": 4, "messages": 6, "conversions": 2, "messages_squared": 10.0, "conversions_squared": 2.0, "conversions_by_messages": 3.0},
    "product": lambda r: {"product": 3, "together": r.randrange(1, 9), "buyers": r.randrange(9, 40), "other_buyers": r.randrange(9, 40), "baskets": 100},
    "contact_stage": lambda r: r.choice(
        (
            {"contact_stage": "Prospect", "silence_days": None, "usual_gap_days": None, "lapse_after_days": None},
            {"contact_stage": "Lapsed", "silence_days": 120, "usual_gap_days": 30.5, "lapse_after_days": 91.0},
        )
    ),
    "promising_days": lambda r: {"promising_days": 10, "wandering_days": 30, "dormant_days": 75, "at_risk_days": 60, "lost_days": 113},
    "total_value": lambda r: {"customers": 100, "total_value": 5000.0, "vip_value": 300.0},
    "expected_purchases": lambda r: {"expected_purchases": 2.5, "expected_revenue": 80.0, "customer_value": 120.0, "return_probability": 0.7, "alone_probability": 0.6},
    "traits": lambda r: {"return_probability": 0.7, "alone_probability": 0.6, "traits": r.choice((0, 1)), "next_order_date": 40},
    "lifecycle_stage": lambda r: {
        "lifecycle_stage": "Active",
        "rule": r.choice(("active", "slowing", "lost", "overdue", "just ordered")),
        "just_ordered_days": 30,
        "silence_days": 40,
        "usual_gap_days": 60.5,
        "silence_ratio": 0.7,
        "alive_probability": 0.8,
        "return_probability": 0.7,
        "alone_probability": 0.6,
        "traits": 0,
        "next_order_date": 40,
        "next_stage": "Slipping Away",
        "next_stage_date": 30,
    },
    "just_ordered_days": lambda r: {"just_ordered_days": r.choice((None, 0, 30)), "lost_after_gaps": r.choice((None, 1.1, 3.0))},
    "label": lambda r: {
        "label": 1,
        "score": -2.5,
        "probability": 0.05,
        "lift": 1.5,
        "times": 2,
        "last_bought": -30,
        "activity": 1.5,
        "is_similar": True,
        "evidence": "ok",
        "is_new": False,
        "years_on_record": 1,
        "label_buyers": 40,
        "customers": 100,
        "first": {"product": 3, "buyers": 20, "co_buyers": 9, "weight": 0.5},
        "second": None,
        "third": None,
    },
}
# The same in every row, where a function insists.
CONSTANTS = {
    "three_purchases": {"purchases": 3, "first_order_date": -100, "last_order_date": -20, "fourth_last_order_date": None, "revenue": 60.0},
    "same_model": {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": 62.0, "order_value": 40.0, "seasonal_index": None, "learned": None},
}
LISTS = {
    "answers": lambda r: r.choice(([], [0])),
    "day": log,
    "r_min": lambda r: [{"name": "all", "r_min": 1, "r_max": 5, "f_min": 1, "f_max": 5}],
    "ahead": lambda r: [5, 40, 100],
    "date": lambda r: [-300, -200, -100, 0],
    "timestamp": lambda r: [-300, -100, 0],
    "double": lambda r: [0.2, 0.4, 0.6],
    "boolean": lambda r: [True] * PRODUCTS,
    "categories": lambda r: [r.randrange(PRODUCTS) for _ in range(PRODUCTS)],
}


class Type:
    """A SQL type, taken apart."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str) -> None:
        self.name = name
        self.id = "any" if name == "ANY" else con.type(name).id
        children = [] if name == "ANY" or self.id not in ("list", "struct", "enum") else con.type(name).children
        self.labels = children[0][1] if self.id == "enum" else []
        self.fields = {field: Type(con, str(kind)) for field, kind in children} if self.id in ("list", "struct") else {}

    @property
    def child(self) -> "Type":
        return self.fields["child"]


def sound(kind: Type, role: str, r: random.Random, pool: Pool):
    """A value that a caller of the extension's macros could pass."""
    if role.isupper():
        made = pool.made[role.lower()]
        return [r.choice(made) for _ in range(4)] if kind.id == "list" else r.choice(made)
    if role == "none" or kind.id == "null":
        return None
    if role in CONSTANTS:
        return {field: CONSTANTS[role][field] for field in kind.fields}
    if role in SMALL and not kind.fields:
        return SMALL[role](r)
    match kind.id:
        case "any":
            return {"a": r.randrange(9), "b": "x", "c": "2024-05-01"}
        case "struct":
            names = [name for name in STRUCTS if name in kind.fields]
            value = STRUCTS[names[0]](r) if names else {}
            # Older forms of a STRUCT lack a field, newer ones have more.
            return {field: value[field] if field in value else sound(child, "half" if field.endswith("probability") else "", r, pool) for field, child in kind.fields.items()}
        case "list":
            names = [name for name in LISTS if name == role or name in kind.child.fields or name == kind.child.id]
            return LISTS[names[0]](r) if names else [sound(kind.child, "", r, pool) for _ in range(4)]
        case "boolean":
            return r.random() < 0.5
        case "enum":
            return r.choice(kind.labels)
        case "double":
            return r.randrange(1, 1000) / 10
        case "date" | "timestamp":
            return 0
        case "varchar":
            return r.choice(WORDS)
        case "blob":
            raise KeyError(f"ARGUMENTS must say what kind of BLOB this is: {kind.name}")
        case "uuid":
            return "00000000-0000-0000-0000-00000000002a"
        case _:
            return r.randrange(1, 40)


def nonsense(kind: Type, value, r: random.Random, pool: Pool):
    """Something else of the same type; `value` is what would be sound."""
    if r.random() < 0.12:
        return None
    match kind.id:
        case "any":
            return r.choice((1, "x", [1, 2], {"a": None}, {"a": "nan", "b": 3}, {"c": DATES[0]}, {"A": 5, "b": [1], "c": True}))
        case "struct":
            spoilt = dict(value or {field: None for field in kind.fields})
            for field in r.sample(sorted(kind.fields), r.choice((1, 1, 2, len(kind.fields)))) if len(kind.fields) > 1 else kind.fields:
                spoilt[field] = nonsense(kind.fields[field], spoilt[field], r, pool)
            return spoilt
        case "list":
            spoilt = list(value or [])
            match r.randrange(7):
                case 0:
                    return []
                case 1:
                    r.shuffle(spoilt)
                case 2 if spoilt:
                    spoilt[r.randrange(len(spoilt))] = None
                case 3 if spoilt:
                    at = r.randrange(len(spoilt))
                    spoilt[at] = nonsense(kind.child, spoilt[at], r, pool)
                case 4 if spoilt:
                    spoilt = spoilt * r.choice((2, 9))
                case 5 if spoilt:
                    spoilt = spoilt[: r.randrange(len(spoilt))]
                case _:
                    spoilt = [nonsense(kind.child, spoilt[0] if spoilt else None, r, pool) for _ in range(r.choice((1, 2, 5)))]
            return spoilt
        case "boolean":
            return r.random() < 0.5
        case "enum":
            return r.choice(kind.labels)
        case "double":
            return r.choice(DOUBLES)
        case "date":
            return r.choice(DATES) if r.random() < 0.7 else r.randrange(-3000, 3000)
        case "timestamp":
            return r.choice(("infinity", "-infinity", "0001-01-01", "9999-12-31", 0, 77))
        case "varchar":
            text = r.choice(TEXTS)
            return text if r.random() < 0.7 or not isinstance(value, str) else value[: r.randrange(len(value) + 1)] + text
        case "blob":
            return damage(value, r, pool) if value and r.random() < 0.7 else plausible(r)
        case "uuid":
            return "ffffffff-ffff-ffff-ffff-ffffffffffff"
        case "null":
            return None
        case _:
            least, most = NUMBERS[kind.id]
            return r.choice((least, least + 1, -1000, -1, most, most, most - 1, r.choice(COUNTS), r.choice(COUNTS), r.choice(COUNTS)))


def literal(kind: Type | None, value, pool: Pool, untyped: bool) -> str:
    """The value in SQL; the type is only needed where it does not follow from the value. NULLs have none if `untyped`."""
    id = kind.id if kind else ""
    if value is None:
        # Before DuckDB 2.0 the number that an untyped NULL in a list of STRUCTs is read as may be any.
        return "NULL" if untyped or not kind or kind.id == "any" else f"CAST(NULL AS {kind.name})"
    if isinstance(value, bytes):
        return pool.literal(value)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        fields = kind.fields if kind else {}
        return "{" + ", ".join(f"'{field}': {literal(fields.get(field), item, pool, untyped)}" for field, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(kind.child if id == "list" else None, item, pool, untyped) for item in value) + "]"
    if id in ("date", "timestamp"):
        if isinstance(value, int):
            return f"(DATE '{AS_OF}' + ({value}))"
        return f"'{value}'::{id.upper()}"
    if id == "double":
        return f"'{value}'::DOUBLE"
    if isinstance(value, str):
        return "'" + value.replace("'", "''") + "'"
    return f"({value})"


def argument(kind: Type, role: str, r: random.Random, pool: Pool, spoil: bool) -> str:
    """An expression over `i`, the number of the row: one value or a few in turn."""
    values = []
    for _ in range(r.choice((1, 1, 1, 2, 3))):
        value = sound(kind, role, r, pool)
        text = literal(kind, nonsense(kind, value, r, pool) if spoil and r.random() < 0.8 else value, pool, untyped=spoil)
        values.append(text if kind.id == "any" else f"CAST({text} AS {kind.name})")
    if kind.id == "any":
        # The rows of a column have one type.
        return values[0]
    cases = "".join(f" WHEN {row} THEN {text}" for row, text in enumerate(values))
    return values[0] if len(values) == 1 else f"CASE i % {len(values)}{cases} END"


def roles(name: str, count: int) -> list[str]:
    """What the arguments of a function stand for. Internal functions begin with whom they speak for in errors."""
    first = ["caller"] if name.startswith("__audience_") else []
    known = first + (ARGUMENTS[name].split() if name in ARGUMENTS else ["."] * count)
    assert len(known) >= count, f"{name} has {count} arguments"
    return known[:count]


class Function:
    """A function, or one of its overloads."""

    def __init__(self, con: duckdb.DuckDBPyConnection, name: str, is_aggregate: bool, types: tuple[str, ...]) -> None:
        self.name, self.is_aggregate = name, is_aggregate
        self.types = [Type(con, kind) for kind in types]
        self.roles = roles(name, len(types))

    def arguments(self, r: random.Random, pool: Pool, spoil: bool) -> str:
        count = len(self.types)
        how_many = min(count, r.choice((0, 1, 1, 1, 2, 2, count))) if spoil and count else 0
        spoilt = set(r.sample(range(count), how_many))
        return ", ".join(argument(kind, role, r, pool, at in spoilt) for at, (kind, role) in enumerate(zip(self.types, self.roles)))

    def call(self, r: random.Random, pool: Pool, spoil: bool = True) -> str:
        """A query that calls the function and looks at every value of the result."""
        rows = r.choice((1, 3, 300))
        # A window or a table without statistics: DuckDB computes calls of constants in its optimizer.
        source = f"range({rows}) r(i)"
        seen = "sum(length(x::VARCHAR))"
        if not self.is_aggregate:
            return f"SELECT {seen} FROM (SELECT {self.name}({self.arguments(r, pool, spoil)}) AS x FROM {source})"
        arguments = self.arguments(r, pool, spoil)
        match r.randrange(4):
            case 0:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source})"
            case 1:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source} GROUP BY i % 3)"
            case 2:
                return f"SELECT {seen} FROM (SELECT {self.name}({arguments}) AS x FROM {source} GROUP BY i)"
            case _:
                # Each part has a state of its own, and the states are combined.
                names = [f"a{at}" for at in range(len(self.types))]
                part = lambda text: f"SELECT {text} FROM {source}"
                columns = lambda text: f"(SELECT * FROM ({part(text)}) p({', '.join(names)}))"
                # Some arguments are the same in every row, or that is an error.
                others = self.arguments(r, pool, spoil) if spoil else arguments
                parts = " UNION ALL ".join(columns(text) for text in (arguments, others))
                return f"SELECT {seen} FROM (SELECT {self.name}({', '.join(names)}) AS x FROM ({parts}))"


def functions() -> list[tuple]:
    """Every overload of every function that LOAD adds."""
    query = "SELECT function_name, function_type = 'aggregate', parameter_types FROM duckdb_functions() WHERE function_type IN ('scalar', 'aggregate')"
    con = support.open_database()
    known = {(name, aggregate, tuple(types)) for name, aggregate, types in con.execute(query).fetchall()}
    support.load(con)
    return sorted({(name, aggregate, tuple(types)) for name, aggregate, types in con.execute(query).fetchall()} - known)


class Watch:
    """Interrupts what takes too long, and ends the process where that does not help."""

    def __init__(self, con: duckdb.DuckDBPyConnection, pool: Pool, last: Path) -> None:
        self.con, self.pool, self.last, self.since = con, pool, last, None
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self) -> None:
        while True:
            time.sleep(0.2)
            since = self.since
            if since is None or time.monotonic() - since < SECONDS:
                continue
            self.con.interrupt()
            if time.monotonic() - since > 1.5 * SECONDS:
                print("a call cannot be interrupted", flush=True)
                os._exit(3)

    def error(self, sql: str) -> duckdb.Error | None:
        """The error of a call; nothing where it has a result."""
        # For whoever finds the process dead.
        self.last.write_text(self.pool.in_full(sql))
        self.since = time.monotonic()
        try:
            self.con.execute(sql).fetchall()
        except duckdb.Error as error:
            return error
        finally:
            self.since = None
        return None


def failure(error: duckdb.Error | None) -> str | None:
    """What is wrong with an error, if it is not the caller's."""
    if isinstance(error, duckdb.InterruptException):
        return f"takes more than {SECONDS} s"
    if isinstance(error, (duckdb.InternalException, duckdb.FatalException)) or "internal error" in str(error):
        return str(error)
    return None


def limit_memory() -> None:
    """Beyond, an allocation fails, which ends the process."""
    if sys.platform == "linux":
        import resource

        used = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGE_SIZE")
        resource.setrlimit(resource.RLIMIT_AS, (used + GIGABYTES * 2**30, resource.RLIM_INFINITY))


def prepare() -> tuple[duckdb.DuckDBPyConnection, Pool]:
    con = support.connect()
    con.execute("SET threads = 2; SET enable_progress_bar = false")
    con.execute(SETUP)
    return con, Pool(con)


def check_nonsense(last: str, part: str, parts: str, calls: str, seed: str = "0", only: str = "") -> None:
    """Calls every `parts`-th function, `calls` times; prints how it fails and ends with 1 if it does."""
    con, pool = prepare()
    watch = Watch(con, pool, Path(last))
    limit_memory()
    found = []
    wanted = [function for function in functions() if only in function[0]][int(part) :: int(parts)]
    for name, is_aggregate, types in wanted:
        function = Function(con, name, is_aggregate, types)
        failures: dict[str, str] = {}
        for number in range(int(calls)):
            r = random.Random(f"{seed} {name} {types} {number}")
            sql = function.call(r, pool)
            problem = failure(watch.error(sql))
            if problem:
                failures.setdefault(problem, pool.in_full(sql))
        found += [f"{name}: {problem}\n    {sql[:3000]}" for problem, sql in failures.items()]
    print("\n".join(found))
    sys.exit(1 if found else 0)


def check_sound(last: str) -> None:
    """Without nonsense every function gives results, so that the nonsense gets further than the first check."""
    con, pool = prepare()
    for name, is_aggregate, types in functions():
        function = Function(con, name, is_aggregate, types)
        results = set()
        for number in range(12):
            sql = function.call(random.Random(number), pool, spoil=False)
            Path(last).write_text(pool.in_full(sql))
            try:
                results |= set(con.execute(sql).fetchall())
            except duckdb.Error as error:
                raise AssertionError(f"{error}\n{pool.in_full(sql)}") from error
        # A model that is a plain NULL is the prior, which knows no order value.
        assert results != {(None,)} or '"NULL"' in types, f"{name} gives nothing but NULL"


def check_errors(last: str, *cases: str) -> None:
    """Calls, each followed by a word of its error. On many rows, and on none that are constants."""
    con, pool = prepare()
    watch = Watch(con, pool, Path(last))
    limit_memory()
    for call, word in zip(cases[::2], cases[1::2]):
        for source in ("range(1)", "range(300)", "range(300) r(i) WHERE i >= 0"):
            sql = f"SELECT {call} FROM {source}"
            error = watch.error(sql)
            assert error is not None and failure(error) is None and word in str(error), f"{error}: {sql}"
