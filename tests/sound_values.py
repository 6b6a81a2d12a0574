"""Values that make sense for the arguments of the extension's functions, by what these stand for."""

import datetime
import json
import random

PRODUCTS, LABELS = 12, 3
AS_OF = "2024-06-01"
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
    "__audience_condition": "name condition_type",
    "__audience_date_column": "name date_type",
    "__audience_number_column": "name number_type row_type",
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
    "__audience_is_label_member": "MEMBERS product zero",
    "__audience_lapse_days": "three_purchases GAPS .",
    "__audience_lapse_outline": ". . half",
    "__audience_lapse_square": ". . LAPSE_OUTLINE",
    "__audience_lapse_threshold": "LAPSE_OUTLINE .",
    "__audience_lookalike_fit": ". SEED_BASKET . SEED_WEIGHTS horizon",
    "__audience_lookalike_fit_state": ". SEED_BASKET . SEED_WEIGHTS horizon",
    "__audience_lookalike_fit_merged": "LIKES_STATE",
    "__audience_lookalike_fit_summed": "LIKES_STATE",
    "__audience_lookalike_score": "PLAIN_BASKET . SEED_WEIGHTS MODEL horizon",
    "__audience_matching_set": "packed . row",
    "__audience_members": "asking . row answers",
    "__audience_offers": "BASKET PRODUCT_WEIGHTS CATALOGUE CATALOGUE",
    "__audience_order_dates": "three_purchases GAPS",
    "__audience_sound_history": "three_purchases GAPS",
    "__audience_history_values": ". . SHOP_MODEL",
    "__audience_prediction": "three_purchases GAPS SHOP_MODEL . .",
    "__audience_product_sets": "asking . row",
    "__audience_bought_answers": "asking . BASKET",
    "__audience_order_gaps_merged": "GAPS_STATE",
    "__audience_order_gaps_summed": "GAPS_STATE",
    "__audience_period_models_merged": "PERIODS_STATE",
    "__audience_period_models_summed": "PERIODS_STATE",
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
    "__audience_unpacked_model": "SHOP_MODEL .",
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


def learned(r: random.Random) -> dict:
    features = "return_odds repeat_purchases silence silence_in_gaps one_time_buyer purchases_90_days purchases_365_days "
    features += "silence_in_longest_gap purchase_value same_season customer_a_year_ago purchases_30_days days_as_customer return_odds_by_silence"
    weighing = {"mean": 0.5, "deviation": 1.5, "weight": r.choice((-0.2, 0.3))}
    return {"horizon_days": 180, "windows": 3, "level": 0.1, "purchases_factor": 1.1, **dict.fromkeys(features.split(), weighing)}


def seasonal_index() -> dict:
    months = "january february march april may june july august september october november december"
    return dict.fromkeys(months.split(), 0.9)


WHOLE_MODEL = {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": 62.0, "order_value": 40.0, "seasonal_index": seasonal_index(), "learned": learned(random.Random(0))}
# Order lines of 17 customers, and what the functions make of them: a BLOB of every kind.
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
INSERT INTO kinds SELECT 'periods_state', __audience_period_models_state('customers', log, [DATE '{AS_OF}' - 100, DATE '{AS_OF}' - 20]) FROM (SELECT __audience_purchase_log('customers', day, amount) AS log FROM lines GROUP BY customer);
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
INSERT INTO kinds SELECT 'lapse_outline', __audience_lapse_outline('customers', [DATE '{AS_OF}' - 70 - i::INTEGER, DATE '{AS_OF}' - 2 * i::INTEGER], DATE '{AS_OF}', 0.8) FROM (SELECT i % 60 FROM range(600) r(i)) r(i);
INSERT INTO kinds SELECT 'lapse_outline', __audience_lapse_outline('customers', [DATE '{AS_OF}' - 70 - i::INTEGER, DATE '{AS_OF}' - 2 * i::INTEGER], DATE '{AS_OF}', 0.8) FROM range(60) r(i);
INSERT INTO kinds SELECT 'set', __audience_member_set('customers', (i * i % 90)::INTEGER).audiences FROM range(60) r(i) GROUP BY i % 5;
INSERT INTO kinds SELECT 'gaps', __audience_packed_gaps('customers', [DATE '{AS_OF}' - 100, DATE '{AS_OF}' - 60, DATE '{AS_OF}' - 20]);
INSERT INTO kinds SELECT 'shop_model', __audience_packed_model_fit('customers', history, NULL, DATE '{AS_OF}', 60, true) FROM customers GROUP BY customer % 3;
INSERT INTO kinds SELECT 'shop_model', __audience_given_model('customers', audience.internal.__model_struct({WHOLE_MODEL}), true);
CREATE TABLE damaged(id INTEGER PRIMARY KEY, blob BLOB);
"""
DEFINITION = '{"all": [{"column": "a", ">": 3}, {"not": {"column": "b", "in": ["x", "y"]}}]}'
# A page about no orders.
FACTS = json.dumps({
    "title": "Shop", "currency": None, "as_of": None, "first_order_date": None, "cutoff": "2024-01-01", "most_slipping": 3, "has_members": False,
    **dict.fromkeys(("overview", "stages", "value", "gaps", "lapse", "cohorts", "deciles", "quality", "slipping", "audiences"), []),
})
WORDS = ("tent", "blue tent", "Anna", "2024-02-03", "42", "f")
SMALL = {
    "condition_type": lambda r: r.choice(("BOOLEAN", '"NULL"')),
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
    "r": lambda r: {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": r.choice((30.0, 62.0)), "order_value": r.choice((None, 40.0)), "seasonal_index": r.choice((None, seasonal_index())), "learned": r.choice((None, learned(r))), "as_of": r.choice((None, datetime.date(2024, 5, 1)))},
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
    "same_model": {"r": 0.6, "alpha": 56.0, "a": 0.64, "b": 1.18, "typical_gap_days": 62.0, "order_value": 40.0, "seasonal_index": None, "learned": None, "as_of": None},
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
